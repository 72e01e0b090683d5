import { pause, retry } from '@espalier/base/http/retry';
import { ClientError } from './errors.js';

const FIRST_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 15_000;

/** Waits before something is tried again: longer each time. @throws the signal's reason */
export function pauseBefore(attempt: number, signal?: AbortSignal, seconds = 0): Promise<void> {
  const usual = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** attempt);
  return pause(Math.max(usual, 1000 * seconds), signal);
}

/** Whether what failed may work a moment later. */
export const isPassing = (error: unknown): boolean => error instanceof ClientError && error.retry;

/** Works until it succeeds, so many times at most. @throws what does not pass, and the signal's reason */
export const again = <T>(
  attempts: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> =>
  retry(work, {
    ...{ signal, attempts, passes: isPassing },
    ...{ first: 2 * FIRST_MILLISECONDS, longest: LONGEST_MILLISECONDS },
  });
