import type { StudyEvent } from '../course/events.js';

/** The right to a piece of a study's work. */
export interface StudyClaim {
  readonly piece: string;
  /** Grows with each claim of the piece: what an older one brings is refused. */
  readonly number: number;
}

/** An event, and the name under which it is kept. */
export interface Entry {
  readonly event: StudyEvent;
  /** Key of the event: appending an existing key changes nothing; `keyOf` gives the usual key. */
  readonly key: string;
}

/** Bytes, or a function that begins to read them: a storage that tries again reads them again. */
export type CheckpointContent = Uint8Array | (() => AsyncIterable<Uint8Array>);

/** State of a trial after an epoch. */
export interface HeldCheckpoint {
  /** That of `trialName`; a trial has one checkpoint, the last. */
  readonly name: string;
  /** The epoch, from 1. */
  readonly epoch: number;
  readonly content: CheckpointContent;
}

/** Whether a piece became the claimant's. */
export type Claiming =
  | { readonly kind: 'claimed'; readonly claim: StudyClaim }
  /** `error`: who has it, as a sentence for people, for who cannot do without the piece. */
  | { readonly kind: 'taken'; readonly error: Error };

/** Events of a history, and the position behind the last of them. */
export interface HistoryPart {
  readonly events: readonly StudyEvent[];
  readonly end: number;
}

/**
 * Where one study is kept while it is worked at: its history, who works at what, and where its trials stand.
 * Whatever returns is durable: neither `kill -9` of any process nor a loss of power takes it back. What does not
 * return has happened as a whole, or not at all. Several processes may have a study's storage open at once.
 */
export interface StudyStorage {
  /**
   * Adds an event behind all others, once.
   *
   * @returns false where the key is there already, in which case nothing has changed
   * @throws LostClaimError where the claim is not the piece's any more
   * @throws StudyError where there is no study, or its history is damaged
   */
  append(claim: StudyClaim, entry: Entry): Promise<boolean>;

  /**
   * Events behind a position, in the order in which they were appended, each once; one that is seen never
   * changes its place. It needs no claim, and may happen while others append.
   *
   * @param from `end` of an earlier part; 0 is the beginning
   * @throws StudyError where there is no study, or its history is damaged
   */
  read(from: number): Promise<HistoryPart>;

  /**
   * Takes a piece of work, which one claimant has at a time. It is over by `release`, or by the death of the
   * claimant: in a folder as soon as its process is gone, in a database once a worker has noticed.
   *
   * @param piece as the clients of the storage share the work: a local study takes itself whole (`WHOLE_STUDY`), a
   * worker takes a task by its id
   * @param claimant a name; of a database, the id of a worker
   */
  claim(piece: string, claimant: string): Promise<Claiming>;

  /** Gives a piece back, for somebody to go on with. @throws LostClaimError */
  release(claim: StudyClaim): Promise<void>;

  /**
   * Replaces a trial's checkpoint. Who reads it finds the one before or the whole new one.
   *
   * @param entry that the checkpoint is behind: whoever reads the event finds this checkpoint or a later one.
   * Where its key is there already, neither changes
   * @returns false where the entry's key was there already
   * @throws LostClaimError as `append`; then the checkpoint before stands
   */
  writeCheckpoint(claim: StudyClaim, checkpoint: HeldCheckpoint, entry?: Entry): Promise<boolean>;

  /** A trial's last checkpoint; null where there is none. Read it to its end. */
  readCheckpoint(name: string): Promise<AsyncIterable<Uint8Array> | null>;

  /** Removes a trial's checkpoint; it is no error if there is none. @throws LostClaimError */
  removeCheckpoint(claim: StudyClaim, name: string): Promise<void>;
}

/** The piece of who does a study alone. */
export const WHOLE_STUDY = 'study';

/** Somebody else has the piece meanwhile, or nobody may do it any more: what was to be written is not. */
export class LostClaimError extends Error {
  override readonly name = 'LostClaimError';
}

/** A piece of work that another claimant has. */
export class TakenError extends Error {
  override readonly name = 'TakenError';
}
