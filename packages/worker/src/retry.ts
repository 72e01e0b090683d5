import { setTimeout as sleep } from 'node:timers/promises';
import { BlobError, type BlobProblem } from '@espalier/blobs';
import { DatasetsError } from '@espalier/datasets';
import { LostClaimError } from '@espalier/queue';
import { SearchError } from '@espalier/search';

/** Between two attempts, at first and at most. */
const FIRST_MILLISECONDS = 200;
const LONGEST_MILLISECONDS = 5_000;

export interface RetryOptions {
  /** Ends the attempts; what it throws is the signal's reason. */
  readonly signal: AbortSignal;
  /** Told of each failure. */
  readonly onFailure: (error: Error) => void;
}

/** What another attempt will not find otherwise. */
const lasting: ReadonlySet<BlobProblem> = new Set(['key', 'missing', 'conflict', 'size', 'damaged']);

const isLasting = (error: unknown): boolean =>
  error instanceof LostClaimError ||
  error instanceof DatasetsError ||
  // A plugin's pruner that is not installed here.
  error instanceof SearchError ||
  (error instanceof BlobError && lasting.has(error.problem));

/**
 * Tries until it works: a database that restarts, or a network that is away, must not cost an epoch.
 *
 * @throws LostClaimError, DatasetsError, SearchError and BlobError at once where no attempt will help; the signal's
 * reason once it is aborted
 */
export async function untilItWorks<T>(
  run: () => Promise<T>,
  { signal, onFailure }: RetryOptions,
): Promise<T> {
  for (let wait = FIRST_MILLISECONDS; ; wait = Math.min(2 * wait, LONGEST_MILLISECONDS)) {
    signal.throwIfAborted();
    try {
      return await run();
    } catch (error) {
      if (isLasting(error)) throw error;
      onFailure(error as Error);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}
