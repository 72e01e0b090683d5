import { open, rm } from 'node:fs/promises';
import { writeAtomic, writeFileAtomic } from '@espalier/base/files';
import type { CheckpointContent } from '../storage/storage.js';
import { checkpointPath } from './paths.js';

/** Replaces the checkpoint of a trial in a folder; who reads it finds the old one or the whole new one. */
export async function writeFolderCheckpoint(
  folder: string,
  name: string,
  content: CheckpointContent,
): Promise<void> {
  const path = checkpointPath(folder, name);
  await (content instanceof Uint8Array
    ? writeFileAtomic(path, content)
    : writeAtomic(path, async (handle) => {
        for await (const chunk of content()) await handle.writeFile(chunk);
      }));
}

/** The checkpoint of a trial in a folder, to be read to its end; null where there is none. */
export async function readFolderCheckpoint(
  folder: string,
  name: string,
): Promise<AsyncIterable<Uint8Array> | null> {
  try {
    const file = await open(checkpointPath(folder, name), 'r');
    return file.createReadStream() as AsyncIterable<Uint8Array>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export const removeFolderCheckpoint = (folder: string, name: string): Promise<void> =>
  rm(checkpointPath(folder, name), { force: true });
