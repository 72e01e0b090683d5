import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBatcher, type Batcher } from './batcher.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MOST = 4;
const WAIT = 5;

interface Run {
  readonly bucket: number;
  readonly items: readonly number[];
  readonly end: () => void;
  readonly fail: () => void;
}

/** A batcher whose runs end when the test says so; a result is the item's negative. */
function bench(): { batcher: Batcher<number, number>; runs: Run[]; running: () => Run | undefined } {
  const runs: Run[] = [];
  let current: Run | undefined;
  const batcher = createBatcher<number, number>({
    most: MOST,
    wait: WAIT,
    run: (bucket, items) =>
      new Promise((resolve, reject) => {
        if (current !== undefined) throw new Error('two batches at once');
        const after = (settle: () => void) => () => {
          current = undefined;
          settle();
        };
        const end = after(() => resolve(items.map((item) => -item)));
        const fail = after(() => reject(new Error(`batch ${items.join()} failed`)));
        runs.push((current = { bucket, items, end, fail }));
      }),
  });
  return { batcher, runs, running: () => current };
}

type Step =
  | { readonly kind: 'add'; readonly bucket: number }
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'end' | 'fail' }
  | { readonly kind: 'abort'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), bucket: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), milliseconds: fc.nat(8) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), which: fc.nat(40) }) },
);

interface Added {
  readonly bucket: number;
  readonly controller: AbortController;
  readonly outcome: Promise<PromiseSettledResult<number>>;
}

const settledOf = async (promise: Promise<number>): Promise<PromiseSettledResult<number>> =>
  (await Promise.allSettled([promise]))[0] as PromiseSettledResult<number>;

/** Lets promises settle; no time passes. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('a batcher', () => {
  it('gives every item its own result, whatever comes, fails or goes away meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { batcher, runs, running } = bench();
        const added: Added[] = [];
        const failed = new Set<number>();
        const aborted = new Set<number>();
        const fail = (): void => {
          for (const item of running()?.items ?? []) failed.add(item);
          running()?.fail();
        };
        for (const one of steps) {
          switch (one.kind) {
            case 'add': {
              const controller = new AbortController();
              const outcome = settledOf(batcher.add(one.bucket, added.length, controller.signal));
              added.push({ bucket: one.bucket, controller, outcome });
              break;
            }
            case 'time':
              await vi.advanceTimersByTimeAsync(one.milliseconds);
              break;
            case 'end':
              running()?.end();
              break;
            case 'fail':
              fail();
              break;
            case 'abort':
              added[one.which]?.controller.abort(new Error('gone'));
              if (one.which < added.length) aborted.add(one.which);
          }
          await settle();
        }
        const idle = batcher.idle();
        await vi.advanceTimersByTimeAsync(WAIT);
        while (running() !== undefined) {
          running()?.end();
          await settle();
        }
        await idle;

        const ran = runs.flatMap(({ items }) => items);
        expect(new Set(ran).size).toBe(ran.length);
        for (const { bucket, items } of runs) {
          expect(items.length).toBeLessThanOrEqual(MOST);
          expect(items.map((item) => added[item]?.bucket)).toEqual(items.map(() => bucket));
        }
        for (const bucket of [0, 1, 2]) {
          const order = ran.filter((item) => added[item]?.bucket === bucket);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
        for (const [item, { outcome }] of added.entries()) {
          const result = await outcome;
          if (!aborted.has(item)) expect(ran).toContain(item);
          if (result.status === 'fulfilled') expect(result.value).toBe(-item);
          else expect(aborted.has(item) || failed.has(item)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('runs at once what fills a batch, and otherwise when the oldest has waited', async () => {
    const { batcher, runs, running } = bench();
    const results = [0, 1, 2].map((item) => batcher.add(0, item));
    await vi.advanceTimersByTimeAsync(WAIT - 1);
    expect(runs).toHaveLength(0);
    results.push(batcher.add(0, 3));
    await settle();
    expect(running()?.items).toEqual([0, 1, 2, 3]);
    running()?.end();
    results.push(batcher.add(0, 4));
    await vi.advanceTimersByTimeAsync(WAIT - 1);
    expect(runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(running()?.items).toEqual([4]);
    running()?.end();
    expect(await Promise.all(results)).toEqual([-0, -1, -2, -3, -4]);
  });

  it('starves no bucket: the oldest item of those that are due goes first', async () => {
    const { batcher, runs, running } = bench();
    const results = [0, 1, 2, 3].map((item) => batcher.add(0, item));
    results.push(batcher.add(1, 4));
    for (let item = 5; item < 13; item++) results.push(batcher.add(0, item));
    await vi.advanceTimersByTimeAsync(WAIT);
    while (running() !== undefined) {
      running()?.end();
      await settle();
    }
    await Promise.all(results);
    expect(runs.map(({ bucket }) => bucket)).toEqual([0, 1, 0, 0]);
  });

  it('does not run what was dropped before its turn, nor what came after its client went', async () => {
    const { batcher, runs } = bench();
    const controller = new AbortController();
    const dropped = settledOf(batcher.add(0, 1, controller.signal));
    controller.abort(new Error('gone'));
    await expect(batcher.add(0, 2, controller.signal)).rejects.toThrow('gone');
    await vi.advanceTimersByTimeAsync(2 * WAIT);
    expect(await dropped).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
    expect(runs).toHaveLength(0);
    await batcher.idle();
    expect(vi.getTimerCount()).toBe(0);
  });
});
