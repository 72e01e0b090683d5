import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE, PRIVATE_FOLDER } from './private.js';

export interface WriteOptions {
  /** Whether its owner alone may read it, in a folder that others may not enter; by default as the umask says. */
  readonly private?: boolean;
}

/**
 * Writes a file so that a reader, or the next process after a crash, sees the old content or the
 * whole new one: temporary name, fsync, rename, fsync of the folder. Leaves nothing on failure.
 */
export const writeFileAtomic = (
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> => writeAtomic(path, (handle) => handle.writeFile(content), options);

/** The same for a file that is written in pieces. */
export async function writeAtomic(
  path: string,
  write: (handle: FileHandle) => Promise<void>,
  options: WriteOptions = {},
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, ...(options.private && { mode: PRIVATE_FOLDER }) });
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', modeOf(options));
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Appends one line and returns once it is on the disk. */
export async function appendLineDurable(
  path: string,
  line: string,
  options: WriteOptions = {},
): Promise<void> {
  const handle = await open(path, 'a', modeOf(options));
  try {
    await handle.writeFile(`${line}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

const modeOf = ({ private: own = false }: WriteOptions): number | undefined =>
  own ? PRIVATE_FILE : undefined;

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot open a folder for syncing.
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
