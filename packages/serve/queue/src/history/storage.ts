import {
  LostClaimError,
  type CheckpointContent,
  type HeldCheckpoint,
  type StudyClaim,
  type StudyStorage,
} from '@espalier/study/storage';
import { readHistory } from '@espalier/store';
import { checkpointOf, forgetCheckpoint, nameCheckpoint } from './checkpoints.js';
import { claimPiece } from '../tasks/claim.js';
import type { Claim } from '../tasks/held.js';
import { appendClaimed } from './history.js';
import { isNamed } from './leftovers.js';
import type { Queue } from '../queue.js';
import { release } from '../tasks/record.js';

/** Store of the checkpoints' bytes; the database holds only their names. */
export interface CheckpointFiles {
  put(key: string, content: CheckpointContent): Promise<void>;
  /** Throws where there is none of that key. */
  get(key: string): Promise<AsyncIterable<Uint8Array>>;
  /** A file that stays takes room and nothing else: it does not throw. */
  remove(key: string): Promise<void>;
}

export interface QueueStorageOptions {
  readonly files: CheckpointFiles;
  /** Prefix of the keys of the study's files. */
  readonly prefix: string;
  /** Runs a step, again where it fails and may work yet; once by default. */
  readonly retry?: <T>(step: () => Promise<T>) => Promise<T>;
}

/**
 * A study that workers do, in PostgreSQL. Its pieces are tasks, by their ids, and its claimants workers; positions
 * are numbers of events. A task of a worker that is lost is given to others by `sweep`.
 */
export function openStudyStorage(
  queue: Queue,
  studyId: string,
  { files, prefix, retry = (step) => step() }: QueueStorageOptions,
): StudyStorage {
  const { client } = queue.database;
  const own = ({ piece, number }: StudyClaim): Claim => ({ taskId: piece, studyId, claim: number });
  return {
    append: (claim, entry) =>
      retry(() => queue.transaction(({ tx }) => appendClaimed(tx, own(claim), entry))),
    read: (from) => retry(() => readHistory(client, studyId, from)),
    claim: (piece, claimant) =>
      retry(() => queue.transaction(({ tx }) => claimPiece(tx, { studyId, taskId: piece }, claimant))),
    release: (claim) => retry(() => release(queue, own(claim))),
    writeCheckpoint: async (claim, { name, epoch, content }: HeldCheckpoint, entry) => {
      const key = `${prefix}/${name}/checkpoint-${claim.number}-${epoch}`;
      await retry(() => files.put(key, content));
      const named = retry(() =>
        queue.transaction(({ tx }) => nameCheckpoint(tx, own(claim), { name, key }, entry)),
      );
      const { isNew, before } = await orRemoved({ queue, files }, own(claim), named, key);
      // Where it was told twice, it is what stands there.
      const unneeded = isNew ? before : key;
      if (unneeded !== null && before !== key) await files.remove(unneeded);
      return isNew;
    },
    readCheckpoint: async (name) => {
      for (;;) {
        const key = await retry(() => checkpointOf(client, studyId, name));
        if (key === null) return null;
        try {
          return await retry(() => files.get(key));
        } catch (error) {
          // Whoever trains it has replaced it meanwhile.
          if ((await checkpointOf(client, studyId, name)) === key) throw error;
        }
      }
    },
    removeCheckpoint: async (claim, name) => {
      const key = await retry(() => queue.transaction(({ tx }) => forgetCheckpoint(tx, own(claim), name)));
      if (key !== null) await files.remove(key);
    },
  };
}

/**
 * Removes the content that was stored for a lost claim: nobody will ever name it. It may be named already,
 * where only the answer was lost with its connection, and somebody else go on from there.
 *
 * @param kept names it
 */
export async function orRemoved<T>(
  { queue, files }: { readonly queue: Queue; readonly files: Pick<CheckpointFiles, 'remove'> },
  claim: Claim,
  kept: Promise<T>,
  key: string,
): Promise<T> {
  try {
    return await kept;
  } catch (error) {
    const stray = error instanceof LostClaimError && !(await isNamed(queue, claim, key).catch(() => true));
    if (stray) await files.remove(key);
    throw error;
  }
}
