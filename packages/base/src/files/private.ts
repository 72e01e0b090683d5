import { chmodSync, lstatSync, mkdirSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** Of files and folders that their owner alone may use. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

const UNCHANGEABLE: ReadonlySet<string> = new Set(['ENOENT', 'EROFS', 'EPERM']);
const OTHERS = 0o077;
/** On folders that all may write to, such as /tmp. */
const STICKY = 0o1000;

/**
 * Makes a folder that its owner alone enters. One that is there already and that others may enter is
 * closed to them, with all that it holds. What belongs to somebody else stays as it is, and so does a
 * folder that all may write to.
 */
export function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const stats = lstatSync(folder);
  if (isOwn(stats) && (stats.mode & OTHERS) !== 0) closeToOthers(folder);
}

/** Takes the rights of others from a folder and all that it holds; links are not followed. */
export function closeToOthers(folder: string): void {
  if (process.platform === 'win32') return;
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || !isOwn(stats) || (stats.mode & STICKY) !== 0) return;
  close(folder, stats);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) closeToOthers(path);
    else if (entry.isFile()) closeFile(path);
  }
}

function closeFile(path: string): void {
  // Others may remove files of a cache meanwhile.
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && stats.isFile() && isOwn(stats)) close(path, stats);
}

function close(path: string, { mode }: Stats): void {
  if ((mode & OTHERS) === 0) return;
  try {
    chmodSync(path, mode & 0o7777 & ~OTHERS);
  } catch (error) {
    // It is gone, or cannot be changed by anybody, so that nothing of it is given away that was not before.
    if (!UNCHANGEABLE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

const isOwn = ({ uid }: Stats): boolean => process.getuid === undefined || uid === process.getuid();
