import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from './errors.js';

const FIRST_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 15_000;

/** Waits before something is tried again: longer each time. @throws the signal's reason */
export async function pause(attempt: number, signal?: AbortSignal, seconds = 0): Promise<void> {
  const usual = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** attempt);
  await sleep(Math.max(usual, 1000 * seconds), undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/** Whether what failed may work a moment later. */
export const isPassing = (error: unknown): boolean => error instanceof ClientError && error.retry;

/** Works until it succeeds, so many times at most. @throws what does not pass, and the signal's reason */
export async function again<T>(
  attempts: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= attempts || !isPassing(error)) throw error;
      await pause(attempt, signal);
    }
  }
}
