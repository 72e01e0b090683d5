import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchProgress } from './progress.js';
import type { ParentFunctions } from '../process/protocol.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const parent: ParentFunctions = {
  record: () => Promise.resolve(),
  decide: () => Promise.resolve(null),
  progress: () => undefined,
  findFeatures: () => Promise.resolve([]),
  fetchActivations: () => Promise.resolve(null),
  publishActivations: () => Promise.resolve(),
};

describe('a task', () => {
  it('that shows nothing for too long is given up', async () => {
    const watch = watchProgress(60);
    const watched = watch.over(parent);
    let why = '';
    watch.stalled.catch((error: Error) => (why = error.message));
    for (let minute = 0; minute < 5; minute++) {
      await vi.advanceTimersByTimeAsync(59_000);
      watched.progress('reading', minute, 5);
    }
    expect(why).toBe('');
    expect(await watched.decide([])).toBeNull();
    await vi.advanceTimersByTimeAsync(61_000);
    expect(why).toBe(
      'it made no progress for 60 seconds; try a smaller batch size or network, or raise ESPALIER_STALL_SECONDS',
    );
  });

  it('that ended is watched no more', async () => {
    const watch = watchProgress(60);
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
