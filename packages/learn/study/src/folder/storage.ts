import { existsSync } from 'node:fs';
import { LockedError, lockFolder } from '@espalier/base/files';
import {
  LostClaimError,
  TakenError,
  type Claiming,
  type Entry,
  type HeldCheckpoint,
  type StudyClaim,
  type StudyStorage,
} from '../storage/storage.js';
import { readFolderCheckpoint, removeFolderCheckpoint, writeFolderCheckpoint } from './checkpoints.js';
import {
  appendEntry,
  baselinesBefore,
  journalPath,
  readEntries,
  readJournalFrom,
  repairJournal,
} from './journal.js';

/**
 * A study in a folder: its history is the journal, `study.jsonl`, a line an event; positions are bytes of it.
 *
 * One process at a time has claims in a folder: the first takes the folder's lock, and the last that is released
 * gives it back. The lock of a dead process does not count. A line that a crash cut off is taken out of the journal
 * before another is written.
 */
export function openFolderStorage(folder: string): StudyStorage {
  const holds = createHolds(folder);
  const inTurn = createTurns();
  let keys: Set<string> | null = null;

  /** Whether the entry is new; what it is behind is written first. */
  const append = async ({ event, key }: Entry, before?: () => Promise<void>): Promise<boolean> => {
    // Read anew where a write has failed, and once a process takes the folder.
    const known = (keys ??= await keysOf(folder));
    if (known.has(key)) return false;
    await before?.();
    keys = null;
    await appendEntry(folder, { event, key });
    keys = known.add(key);
    return true;
  };

  return {
    append: (claim, entry) =>
      inTurn(async () => {
        holds.require(claim);
        return append(entry);
      }),
    read: async (from) => readJournalFrom(folder, { from, baselines: await baselinesBefore(folder, from) }),
    claim: (piece, claimant) =>
      inTurn(async () => {
        if (holds.isFree()) keys = null;
        return holds.take(piece, claimant);
      }),
    release: (claim) => inTurn(() => holds.release(claim)),
    writeCheckpoint: (claim, { name, content }: HeldCheckpoint, entry) =>
      inTurn(async () => {
        holds.require(claim);
        const write = (): Promise<void> => writeFolderCheckpoint(folder, name, content);
        if (entry !== undefined) return append(entry, write);
        await write();
        return true;
      }),
    readCheckpoint: (name) => readFolderCheckpoint(folder, name),
    removeCheckpoint: (claim, name) =>
      inTurn(async () => {
        holds.require(claim);
        await removeFolderCheckpoint(folder, name);
      }),
  };
}

/** The keys of a journal that may be appended to; it ends with a whole line afterwards. */
async function keysOf(folder: string): Promise<Set<string>> {
  if (!existsSync(journalPath(folder))) return new Set();
  await repairJournal(folder);
  const { entries } = await readEntries(folder, { from: 0 });
  return new Set(entries.map(({ key }) => key));
}

/** The claims of this process in a folder. */
interface Holds {
  isFree(): boolean;
  take(piece: string, claimant: string): Promise<Claiming>;
  /** @throws LostClaimError */
  require(claim: StudyClaim): void;
  release(claim: StudyClaim): Promise<void>;
}

function createHolds(folder: string): Holds {
  const held = new Map<string, { readonly claimant: string; readonly number: number }>();
  let unlock: (() => Promise<void>) | null = null;
  // Greater than those of earlier processes.
  let last = Date.now();
  const require = ({ piece, number }: StudyClaim): void => {
    if (held.get(piece)?.number === number) return;
    throw new LostClaimError(`${piece} in ${folder} is no longer this claimant's`);
  };
  return {
    isFree: () => held.size === 0,
    take: async (piece, claimant) => {
      const other = held.get(piece);
      if (other !== undefined) {
        const error = new TakenError(`${other.claimant} is at work on ${piece} in ${folder}`);
        return { kind: 'taken', error };
      }
      try {
        unlock ??= await lockFolder(folder, 'study');
      } catch (error) {
        if (error instanceof LockedError) return { kind: 'taken', error };
        throw error;
      }
      const number = ++last;
      held.set(piece, { claimant, number });
      return { kind: 'claimed', claim: { piece, number } };
    },
    require,
    release: async (claim) => {
      require(claim);
      held.delete(claim.piece);
      if (held.size > 0) return;
      await unlock?.();
      unlock = null;
    },
  };
}

/** Runs one thing after the other, in the order in which they come. */
function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return (run) => {
    const turn = before.then(run, run);
    before = turn.catch(() => undefined);
    return turn;
  };
}
