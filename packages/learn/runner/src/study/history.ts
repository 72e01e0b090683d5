import { foldEvent, type StudyEvent, type StudyLog } from '@espalier/study';
import {
  keyOf,
  type Entry,
  type HeldCheckpoint,
  type StudyClaim,
  type StudyStorage,
} from '@espalier/study/storage';

/** A study's history while this process has the study: what is recorded is kept, and in its state. */
export interface History {
  begin(log: StudyLog): void;
  log(): StudyLog;
  record(event: StudyEvent): Promise<void>;
  /** Replaces a trial's checkpoint, and records the event that it is behind. */
  hold(checkpoint: HeldCheckpoint, event: StudyEvent | null): Promise<void>;
  /** A trial's checkpoint; null where there is none. */
  held(name: string): Promise<AsyncIterable<Uint8Array> | null>;
  drop(name: string): Promise<void>;
}

/** The history of a study in a storage of which the process has a claim. */
export function createHistory(storage: StudyStorage, claim: StudyClaim): History {
  let known: StudyLog | null = null;
  const log = (): StudyLog => {
    if (known === null) throw new RangeError('the study has not begun');
    return known;
  };
  const keep = async (event: StudyEvent, write: (entry: Entry) => Promise<boolean>): Promise<void> => {
    if (await write({ event, key: keyOf(event) })) known = foldEvent(log(), event);
  };
  return {
    begin: (from) => (known = from),
    log,
    record: (event) => keep(event, (entry) => storage.append(claim, entry)),
    hold: async (checkpoint, event) => {
      if (event !== null) return keep(event, (entry) => storage.writeCheckpoint(claim, checkpoint, entry));
      await storage.writeCheckpoint(claim, checkpoint);
    },
    held: (name) => storage.readCheckpoint(name),
    drop: (name) => storage.removeCheckpoint(claim, name),
  };
}
