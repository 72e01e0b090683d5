import { constants, type Dirent } from 'node:fs';
import { lstat, mkdir, open, readdir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PRIVATE_FOLDER } from '@espalier/base/files';
import { BlobError } from '../errors.js';

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/** Runs `action`; null where a file or folder of the path does not exist. */
export async function unlessMissing<T>(action: () => Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * Whether the folders from the root down to that of `path` are there, as folders and not as links.
 *
 * @param make whether those that are missing are made; then they are there
 * @throws BlobError (`place`) where a link or a file stands in place of one
 */
export async function checkFolders(root: string, path: string, make: boolean): Promise<boolean> {
  if (make) await mkdir(root, { recursive: true, mode: PRIVATE_FOLDER });
  let folder = root;
  for (const name of path.split('/').slice(0, -1)) {
    const parent = folder;
    folder = join(folder, name);
    if (await isFolder(folder)) continue;
    if (!make) return false;
    await mkdir(folder, { mode: PRIVATE_FOLDER }).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
    await syncFolder(parent);
    // Somebody may have put a link there in between.
    await isFolder(folder);
  }
  return true;
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await unlessMissing(() => lstat(path));
  if (stats === null) return false;
  if (stats.isDirectory()) return true;
  const what = stats.isSymbolicLink() ? 'a link' : 'a file';
  throw new BlobError(
    'place',
    `${path} is ${what} instead of a folder; remove it, or choose another location for the blobs`,
  );
}

/** Opens a file for reading, if it is one. @throws BlobError (`place`) for links and what is no file */
export async function openFile(path: string): Promise<FileHandle> {
  const stats = await lstat(path);
  if (!stats.isFile()) {
    throw new BlobError('place', `${path} is a link or not a regular file; remove it`);
  }
  // Between the look and the opening a link may have come; Windows does not know the flag.
  return open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
}

/** The paths of all files below a folder, with `/` between, links left out. */
export async function filesBelow(root: string, folder = ''): Promise<string[]> {
  const entries: Dirent[] | null = await unlessMissing(() =>
    readdir(join(root, folder), { withFileTypes: true }),
  );
  const found: string[] = [];
  for (const entry of entries ?? []) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(root, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

/** Makes what happened to names in a folder last. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot open a folder for syncing.
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const syncFolderOf = (path: string): Promise<void> => syncFolder(dirname(path));
