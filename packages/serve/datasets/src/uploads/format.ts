import { extname } from 'node:path';
import { isTablePath } from '@espalier/data';
import type { UploadPurpose } from '@espalier/store';
import { DatasetsError } from '../errors.js';

/** Format of an uploaded file: a zip is unpacked, a table or a network is used as it is. */
export type UploadFormat = 'zip' | 'table' | 'network';

const LONGEST_NAME = 200;

/**
 * Tells the format of a file by its name.
 *
 * @throws DatasetsError (`invalid`) where it is nothing that a dataset, or a backbone, can be
 */
export function formatOf(name: string, purpose: UploadPurpose): UploadFormat {
  const plain = name.length <= LONGEST_NAME && !/[/\\\u0000-\u001f\u007f]/.test(name);
  const { format, isRead, advice } = files[purpose];
  if (plain && /\.zip$/i.test(name)) return 'zip';
  if (plain && isRead(name)) return format;
  throw new DatasetsError('invalid', `Espalier does not read this file; give ${advice}`);
}

interface Files {
  /** Of a file that is no zip. */
  readonly format: UploadFormat;
  readonly isRead: (name: string) => boolean;
  readonly advice: string;
}

const files: Readonly<Record<UploadPurpose, Files>> = {
  dataset: {
    format: 'table',
    isRead: isTablePath,
    advice: 'a .zip of class folders, or a .csv, .tsv, .jsonl or .parquet table',
  },
  backbone: {
    format: 'network',
    isRead: (name) => /\.onnx$/i.test(name),
    advice: 'an .onnx file, or a .zip of a folder with an .onnx file and its description',
  },
};

/** Of a name that {@link formatOf} accepts, in small letters. */
export const extensionOf = (name: string): string => extname(name).toLowerCase();

export const contentTypeOf = (name: string, purpose: UploadPurpose): string =>
  formatOf(name, purpose) === 'zip' ? 'application/zip' : 'application/octet-stream';
