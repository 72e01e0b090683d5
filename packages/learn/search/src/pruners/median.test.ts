import { describe, expect, it } from 'vitest';
import type { ObservedTrial } from '../history.js';
import { SearchError } from '../errors.js';
import { rateConfiguration, trialOf } from '../testing/fixtures.js';
import { medianPruner } from './median.js';

const trial = (number: number, curve: readonly number[], status: ObservedTrial['status'] = 'running') =>
  trialOf(number, rateConfiguration(1e-2), curve, status);

/** Complete trials with these values at every one of ten epochs. */
const complete = (...values: number[]): ObservedTrial[] =>
  values.map((value, i) => trial(10 + i, Array<number>(10).fill(value), 'complete'));

describe('median', () => {
  const median = medianPruner({ maxEpochs: 10 });
  const stops = (curve: readonly number[], history: readonly ObservedTrial[]) =>
    median.shouldStop({ trial: trial(0, curve), history });

  it('stops below the median of the best values, not at it', () => {
    const five = complete(0.1, 0.2, 0.5, 0.6, 0.9);
    expect([stops([0.2, 0.49], five), stops([0.2, 0.5], five), stops([0.6, 0.1], five)]).toEqual([
      true,
      false,
      false,
    ]);
    // Of six the mean of the two in the middle: 0.55.
    const six = [...five, ...complete(0.95)];
    expect([stops([0.2, 0.54], six), stops([0.2, 0.55], six)]).toEqual([true, false]);
    expect(stops([NaN, NaN], five)).toBe(true);
  });

  it('waits for five complete trials and the second epoch, and lets the last one be', () => {
    const five = complete(0.5, 0.5, 0.5, 0.5, 0.5);
    const running = trial(20, Array<number>(10).fill(0.5));
    expect(stops([0.1, 0.1], [...five.slice(1), running])).toBe(false);
    const epochs = Array.from({ length: 10 }, (_, i) => Array<number>(i + 1).fill(0.1));
    expect(epochs.map((curve) => stops(curve, five))).toEqual([
      false,
      ...Array<boolean>(8).fill(true),
      false,
    ]);
  });

  it('compares at the same epoch, one that ended early by its best value', () => {
    const rising = Array.from({ length: 4 }, (_, i) => trial(10 + i, [0.1, 0.2, 0.3, 0.9], 'complete'));
    const early = trial(14, [0.1, 0.25], 'complete');
    expect(stops([0.1, 0.21], [...rising, early])).toBe(false);
    expect(stops([0.1, 0.1, 0.29], [...rising, early])).toBe(true);
    const three = [early, { ...early, number: 15 }, { ...early, number: 16 }, ...rising.slice(0, 2)];
    expect([stops([0.1, 0.1, 0.24], three), stops([0.1, 0.1, 0.26], three)]).toEqual([true, false]);
  });

  it.each([{ maxEpochs: 0 }, { maxEpochs: 9, startupTrials: 0 }, { maxEpochs: 9, warmUpEpochs: 0.5 }])(
    'refuses %j',
    (options) => {
      expect(() => medianPruner(options)).toThrow(SearchError);
    },
  );
});
