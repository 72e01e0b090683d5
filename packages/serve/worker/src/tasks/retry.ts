import { BlobError, type BlobProblem } from '@espalier/blobs';
import { DatasetsError } from '@espalier/datasets';
import { retry } from '@espalier/base/http/retry';
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

/** Problems that another attempt does not resolve. */
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
export function untilItWorks<T>(run: () => Promise<T>, { signal, onFailure }: RetryOptions): Promise<T> {
  const passes = (error: unknown): boolean => {
    if (isLasting(error)) return false;
    onFailure(error as Error);
    return true;
  };
  return retry(run, { signal, first: FIRST_MILLISECONDS, longest: LONGEST_MILLISECONDS, passes });
}
