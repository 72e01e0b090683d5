import { describe, expect, it } from 'vitest';
import { SearchError } from '../errors.js';
import { rateConfiguration, trialOf } from '../testing/fixtures.js';
import { ashaPruner } from './asha.js';
import { largestRung, pashaPruner } from './pasha.js';
import { isStable, noiseOf } from './pasha/ranking.js';

const trial = (number: number, ...curve: number[]) =>
  trialOf(number, rateConfiguration(1e-2), curve, 'running');

const rungs = [1, 2, 4, 8];
const options = { minEpochs: 1, reduction: 2, maxEpochs: 16 };

describe('the ranking of two rungs', () => {
  it('is stable where all stand as before, or none does', () => {
    expect(isStable([1, 2], [])).toBe(true);
    expect(isStable([1, 2], [trial(0, 0.5, 0.6), trial(1, 0.4, 0.5)])).toBe(true);
    expect(isStable([1, 2], [trial(0, 0.5, 0.5), trial(1, 0.4, 0.6)])).toBe(false);
    expect(isStable([1, 2], [trial(0, 0.5, 0.6), trial(1, 0.55, 0.6)])).toBe(true);
    // The second has not reached the upper rung.
    expect(isStable([1, 2], [trial(0, 0.5, 0.5), trial(1, 0.9)])).toBe(true);
    expect(isStable([1, 2], [trial(0, NaN, NaN), trial(1, NaN, NaN)])).toBe(true);
  });

  it('forgives differences within the noise', () => {
    // Each pair crosses twice within four epochs, and is 0.04 apart behind them.
    const zigzag = trial(0, 0.5, 0.6, 0.5, 0.6);
    const apart = [zigzag, trial(1, 0.55, 0.55, 0.55, 0.64)];
    const near = [zigzag, trial(1, 0.55, 0.57, 0.55, 0.64)];
    expect(noiseOf(apart, 4)).toBeCloseTo(0.04, 12);
    expect(noiseOf(near, 4)).toBeCloseTo(0.04, 12);
    // At the second epoch they were 0.05 and 0.03 apart, the other way round.
    expect(isStable([1, 2, 4], apart)).toBe(false);
    expect(isStable([1, 2, 4], near)).toBe(true);
  });

  it('has no noise without curves that cross back, and else nine tenths of it', () => {
    expect(noiseOf([trial(0, 0.1, 0.2, 0.3), trial(1, 0.2, 0.1, 0.1)], 3)).toBe(0);
    const level = trial(0, 0.5, 0.5, 0.5);
    const crossing = Array.from({ length: 10 }, (_, i) => trial(i + 1, 0.6, 0.4, 0.5 + (i + 1) / 100));
    // The ten cross the level one alone: 0.01 to 0.10.
    expect(noiseOf([level, ...crossing], 3)).toBeCloseTo(0.09, 12);
  });
});

describe('pasha', () => {
  const pasha = pashaPruner(options);

  it('has a largest rung that grows while the ranking changes', () => {
    expect(largestRung(rungs, [])).toBe(2);
    expect(largestRung(rungs, [trial(0, 0.5, 0.5), trial(1, 0.4, 0.6)])).toBe(4);
    const swapping = [trial(0, 0.5, 0.5, 0.5, 0.65), trial(1, 0.4, 0.6, 0.6, 0.6)];
    expect(largestRung(rungs, swapping)).toBe(8);
    expect(largestRung([2], swapping)).toBe(Infinity);
  });

  it('lets only the best pass the largest rung', () => {
    const history = [trial(0, 0.5, 0.6), trial(1, 0.4, 0.5)];
    const stops = (...curve: number[]) => pasha.shouldStop({ trial: trial(2, ...curve), history });
    expect(largestRung(rungs, history)).toBe(2);
    // The second of three at the first rung is no place in two; at the largest rung even a tie stops.
    expect([stops(0.45), stops(0.55)]).toEqual([true, false]);
    expect([stops(0.55, 0.59), stops(0.55, 0.6), stops(0.55, 0.61)]).toEqual([true, true, false]);
    expect(pasha.shouldStop({ trial: trial(0, 0.5, 0.6), history: [] })).toBe(false);
  });

  it('is ASHA below the largest rung, and decides at rungs alone', () => {
    const history = [trial(0, 0.5, 0.5, 0.5), trial(1, 0.4, 0.6, 0.6), trial(2, 0.3, 0.4, 0.5)];
    expect(largestRung(rungs, history)).toBe(4);
    const asha = ashaPruner(options);
    for (const value of [0.1, 0.45, 0.55, 0.7]) {
      for (const curve of [[value], [value, value], [value, value, value]]) {
        const request = { trial: trial(3, ...curve), history };
        expect(pasha.shouldStop(request)).toBe(asha.shouldStop(request));
      }
    }
    const full = trial(3, ...Array<number>(16).fill(0.1));
    expect(pasha.shouldStop({ trial: full, history: [trial(0, ...Array<number>(16).fill(0.9))] })).toBe(
      false,
    );
  });

  it('refuses options that are none', () => {
    expect(() => pashaPruner({ maxEpochs: 0 })).toThrow(SearchError);
    expect(() => pashaPruner({ maxEpochs: 9, minEpochs: 0 })).toThrow('The pasha pruner needs');
  });
});
