import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blobs } from '@espalier/blobs';
import { privateFolder } from '@espalier/base/files';
import type { DatasetSource, UploadPurpose } from '@espalier/store';
import { unzipInChild, type UnpackOptions } from './archive/inChild.js';
import { DatasetsError } from './errors.js';
import { extensionOf, formatOf } from './uploads/format.js';

/** Columns needed of a dataset's row. */
export interface StoredDataset {
  readonly source: DatasetSource;
  /** A path of this machine, or a blob's key. */
  readonly location: string;
}

/** Age in milliseconds after which a half-unpacked folder counts as left by a killed process. */
const ABANDONED_MILLISECONDS = 24 * 60 * 60 * 1000;
const TEMPORARY = '.tmp';

/**
 * A path of this machine that holds the dataset: its own, or where its upload was unpacked, once for
 * all processes. What is there is there whole: it gets its name when it is done.
 *
 * @param folder where unpacked uploads lie, by their content
 * @throws DatasetsError (`archive`, `size`, `missing`, `failed`), BlobError; the signal's reason
 */
export async function materialise(
  dataset: StoredDataset,
  blobs: Blobs,
  folder: string,
  options: UnpackOptions = {},
): Promise<string> {
  if (dataset.source === 'path') return dataset.location;
  const { path, isFolder } = await localUpload(dataset.location, 'dataset', { blobs, folder, options });
  return isFolder ? innerRoot(path) : path;
}

/** Finds or unpacks an upload on this machine. */
export interface LocalUpload {
  readonly path: string;
  /** Whether the upload was a zip. */
  readonly isFolder: boolean;
}

export interface UploadLocation {
  readonly blobs: Blobs;
  /** Folder of unpacked uploads, by their content. */
  readonly folder: string;
  readonly options?: UnpackOptions;
}

/**
 * Fetches an upload to this machine, once for all processes, and unpacks a zip.
 *
 * @param key of its blob
 * @throws what {@link materialise} throws
 */
export async function localUpload(
  key: string,
  purpose: UploadPurpose,
  { blobs, folder, options = {} }: UploadLocation,
): Promise<LocalUpload> {
  const info = await blobs.stat(key);
  if (info === null) {
    throw new DatasetsError(
      'missing',
      `the upload of the ${purpose} is missing from the blob store; upload it again`,
    );
  }
  // The same bytes may have come under another ending, as which they are read otherwise.
  const place = join(folder, `${info.sha256}${extensionOf(key)}`);
  if (!(await isThere(place))) await unpackTo(place, { key, purpose, blobs, folder, options });
  const isFolder = formatOf(nameOf(key), purpose) === 'zip';
  return { isFolder, path: join(place, isFolder ? purpose : `${purpose}${extensionOf(key)}`) };
}

const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;

interface Unpacking {
  readonly key: string;
  readonly purpose: UploadPurpose;
  readonly blobs: Blobs;
  readonly folder: string;
  readonly options: UnpackOptions;
}

async function unpackTo(place: string, { key, purpose, blobs, folder, options }: Unpacking): Promise<void> {
  privateFolder(folder);
  await sweep(folder);
  const temporary = `${place}.${process.pid}.${randomBytes(4).toString('hex')}${TEMPORARY}`;
  try {
    await mkdir(temporary);
    const file = join(temporary, `${purpose}${extensionOf(key)}`);
    await blobs.fetchTo(key, file);
    if (formatOf(nameOf(key), purpose) === 'zip') {
      await unzipInChild(file, join(temporary, purpose), options);
      await rm(file);
    }
    await rename(temporary, place).catch(async (error: unknown) => {
      // Another process may have been faster.
      if (!(await isThere(place))) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(TEMPORARY)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > ABANDONED_MILLISECONDS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** An archive often has one folder around the class folders. */
async function innerRoot(folder: string): Promise<string> {
  const foldersOf = async (path: string): Promise<string[]> =>
    (await readdir(path, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const entries = await readdir(folder);
  const [only] = entries;
  if (entries.length !== 1 || only === undefined) return folder;
  const inner = join(folder, only);
  const folders = (await foldersOf(folder)).length === 1 ? await foldersOf(inner) : [];
  return folders.length >= 2 ? innerRoot(inner) : folder;
}
