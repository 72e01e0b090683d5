import { extname } from 'node:path';
import { isTablePath } from '@espalier/data';
import { DatasetsError } from '../errors.js';

/** How an uploaded file is kept: a zip is unpacked, a table is used as it is. */
export type UploadFormat = 'zip' | 'table';

const LONGEST_NAME = 200;

/**
 * What a file is by its name.
 *
 * @throws DatasetsError (`invalid`) where it is nothing that a dataset can be
 */
export function formatOf(name: string): UploadFormat {
  const plain = name.length <= LONGEST_NAME && !/[/\\\u0000-\u001f\u007f]/.test(name);
  if (plain && /\.zip$/i.test(name)) return 'zip';
  if (plain && isTablePath(name)) return 'table';
  throw new DatasetsError(
    'invalid',
    'the file is nothing that Espalier reads; give a .zip of class folders, or a .csv, .tsv, .jsonl or .parquet table',
  );
}

/** Of a name that {@link formatOf} accepts, in small letters. */
export const extensionOf = (name: string): string => extname(name).toLowerCase();

export const contentTypeOf = (name: string): string =>
  formatOf(name) === 'zip' ? 'application/zip' : 'application/octet-stream';
