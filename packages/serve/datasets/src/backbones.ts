import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddedBackboneSource } from '@espalier/store';
import { localUpload, type UploadLocation } from './materialise.js';

/** Columns needed of an added backbone's row. */
export interface StoredBackbone {
  readonly source: AddedBackboneSource;
  /** A reference to a hub, a path of this machine, or a blob's key. */
  readonly location: string;
}

/**
 * Reference by which this machine finds a backbone: a reference to a hub or a path as it was given, or where
 * its upload lies.
 *
 * @throws DatasetsError (`archive`, `size`, `missing`, `failed`), BlobError; the signal's reason
 */
export async function locationOfBackbone(
  { source, location }: StoredBackbone,
  place: UploadLocation,
): Promise<string> {
  if (source !== 'upload') return location;
  const { path, isFolder } = await localUpload(location, 'backbone', place);
  return isFolder ? insideOf(path) : path;
}

/** A folder inside of a folder that holds nothing else. */
async function insideOf(folder: string): Promise<string> {
  const [only, ...others] = await readdir(folder, { withFileTypes: true });
  const wraps = only !== undefined && others.length === 0 && only.isDirectory();
  return wraps ? join(folder, only.name) : folder;
}
