/** Nothing of Node's is used here: pages in a browser try again too. */

export interface RetryOptions {
  /** Ends the attempts; what is thrown then is its reason. */
  readonly signal?: AbortSignal | undefined;
  /** At most; as many as it takes where it is left out. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; each further one waits twice as long. */
  readonly first: number;
  /** Milliseconds between two attempts at most. */
  readonly longest: number;
  /** Whether what failed may work a moment later. It is asked of each failure but the last. */
  readonly passes: (error: unknown) => boolean;
}

/**
 * Works until it succeeds.
 *
 * @throws what does not pass, and what the last attempt threw; the signal's reason once it is aborted
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, attempts = Infinity, first, longest, passes } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= attempts || !passes(error)) throw error;
      await pause(Math.min(longest, first * 2 ** (attempt - 1)), signal);
    }
  }
}

/** Waits. @throws the signal's reason as soon as it is aborted */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
