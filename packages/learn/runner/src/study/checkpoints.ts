import type { Unstamped } from '@espalier/study';
import { readFolderCheckpoint, removeFolderCheckpoint, writeFolderCheckpoint } from '@espalier/study/folder';
import type { HeldCheckpoint } from '@espalier/study/storage';

/** Where the trials of a session stand, as its process has claimed them. */
export interface SessionCheckpoints {
  /** Replaces a trial's checkpoint and keeps the event that it is behind, if it is behind one. */
  write(checkpoint: HeldCheckpoint, event: Unstamped | null): Promise<void>;
  /** Null where there is none. */
  read(name: string): Promise<AsyncIterable<Uint8Array> | null>;
  remove(name: string): Promise<void>;
}

/** Checkpoints in a folder, of a session whose history is kept elsewhere or not at all. */
export const folderCheckpoints = (
  folder: string,
  record: (event: Unstamped) => Promise<void>,
): SessionCheckpoints => ({
  write: async ({ name, content }, event) => {
    await writeFolderCheckpoint(folder, name, content);
    if (event !== null) await record(event);
  },
  read: (name) => readFolderCheckpoint(folder, name),
  remove: (name) => removeFolderCheckpoint(folder, name),
});
