import { describe, expect, it, vi } from 'vitest';
import { pause, retry } from './retry.js';

/** Fails so many times, then gives the number of the attempt. */
function failing(times: number, error: Error = new Error('away')) {
  let attempts = 0;
  return async (): Promise<number> => {
    if (++attempts <= times) throw error;
    return attempts;
  };
}

const quick = { first: 0, longest: 0, passes: () => true };

describe('retry', () => {
  it('works until it succeeds, as often as it may', async () => {
    expect(await retry(failing(0), quick)).toBe(1);
    expect(await retry(failing(7), quick)).toBe(8);
    expect(await retry(failing(2), { ...quick, attempts: 3 })).toBe(3);
    await expect(retry(failing(3), { ...quick, attempts: 3 })).rejects.toThrow('away');
  });

  it('throws at once what does not pass, and asks nothing of the last failure', async () => {
    const passes = vi.fn(() => false);
    const error = new Error('refused');
    await expect(retry(failing(9, error), { ...quick, passes })).rejects.toBe(error);
    expect(passes.mock.calls).toEqual([[error]]);
    await expect(retry(failing(9, error), { ...quick, attempts: 1, passes })).rejects.toBe(error);
    expect(passes).toHaveBeenCalledTimes(1);
  });

  it('waits twice as long each time, up to the longest', async () => {
    vi.useFakeTimers();
    try {
      const waited = vi.spyOn(globalThis, 'setTimeout');
      const working = retry(failing(5), { first: 100, longest: 700, passes: () => true });
      await vi.runAllTimersAsync();
      expect(await working).toBe(6);
      expect(waited.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual([100, 200, 400, 700, 700]);
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  });

  it('ends with the reason of its signal: before, during and between attempts', async () => {
    const reason = new Error('stopped');
    const work = vi.fn(failing(9));
    await expect(retry(work, { ...quick, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(work).not.toHaveBeenCalled();
    const during = new AbortController();
    const aborting = async (): Promise<never> => {
      during.abort(reason);
      throw new Error('cut off');
    };
    await expect(retry(aborting, { ...quick, signal: during.signal })).rejects.toBe(reason);
    const between = new AbortController();
    const slow = retry(failing(9), {
      first: 3_600_000,
      longest: 3_600_000,
      passes: () => true,
      signal: between.signal,
    });
    setTimeout(() => between.abort(reason), 5);
    await expect(slow).rejects.toBe(reason);
  });

  it('keeps what succeeded, though its signal is aborted meanwhile', async () => {
    const stop = new AbortController();
    const work = async (): Promise<string> => {
      stop.abort(new Error('late'));
      return 'kept';
    };
    expect(await retry(work, { ...quick, signal: stop.signal })).toBe('kept');
  });
});

it('a pause that is not to be begins none', async () => {
  const reason = new Error('stopped');
  await expect(pause(3_600_000, AbortSignal.abort(reason))).rejects.toBe(reason);
});
