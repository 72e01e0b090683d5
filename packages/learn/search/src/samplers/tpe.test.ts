import { describe, expect, it } from 'vitest';
import type { ObservedTrial } from '../history.js';
import { samplers } from '../index.js';
import { median, regret } from '../testing/fineTuning.js';
import { numberOf, rateConfiguration, rateSpace, trialOf } from '../testing/fixtures.js';
import { goodCount, startupTrials } from './tpe.js';

type SamplerName = (typeof samplers.names)[number];

/** Median distance of 60 suggestions from a rate, in decades. */
function distanceFrom(rate: number, history: readonly ObservedTrial[]): number {
  const distances = Array.from({ length: 60 }, (_, seed) => {
    const suggested = samplers.get('tpe').suggest({ space: rateSpace, history, trial: 50, seed });
    return Math.abs(
      Math.log10(suggested === null ? NaN : numberOf(suggested, 'learningRate')) - Math.log10(rate),
    );
  });
  return median(distances);
}

const rates = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 0.6, 1];

/** Complete trials at all rates, the best at `best`. */
function trialsWithBest(best: number): ObservedTrial[] {
  return rates.map((rate, i) => trialOf(i, rateConfiguration(rate), [rate === best ? 0.9 : 0.5]));
}

describe('tpe', () => {
  it('comes less than half as far from the optimum as random search, over 20 seeds', () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const regrets = (name: SamplerName) => median(seeds.map((seed) => regret(name, seed)));
    expect(regrets('tpe')).toBeLessThan(0.5 * regrets('random'));
  });

  it('starts with the random trials', () => {
    expect([1, 2, 3, 4, 6].map((dimensions) => startupTrials({ dimensions }))).toEqual([4, 4, 6, 8, 10]);
    const suggest = (name: SamplerName, history: readonly ObservedTrial[]) =>
      samplers.get(name).suggest({ space: rateSpace, history, trial: 9, seed: 1 });
    const history = trialsWithBest(1e-2);
    expect(suggest('tpe', history.slice(0, 3))).toEqual(suggest('random', []));
    expect(suggest('tpe', history.slice(0, 4))).not.toEqual(suggest('random', []));
  });

  it('takes the best tenth for good, at most 25', () => {
    expect([1, 10, 11, 40, 249, 1000].map(goodCount)).toEqual([1, 1, 2, 4, 25, 25]);
  });

  it('looks near the best trial', () => {
    expect(distanceFrom(1e-3, trialsWithBest(1e-3))).toBeLessThan(0.6);
    expect(distanceFrom(1e-3, trialsWithBest(3e-1))).toBeGreaterThan(1.2);
  });

  it.each(['running', 'failed'] as const)('keeps away from %s trials', (status) => {
    const history = trialsWithBest(1e-2);
    const crowd = [0.8e-2, 0.9e-2, 1.1e-2, 1.2e-2].map((rate, i) =>
      trialOf(20 + i, rateConfiguration(rate), status === 'running' ? [] : [0.99], status),
    );
    expect(distanceFrom(1e-2, [...history, ...crowd])).toBeGreaterThan(1.5 * distanceFrom(1e-2, history));
  });

  it('ranks complete trials above pruned ones, and those by the epochs they reached', () => {
    // Ten trials, of which one is good.
    const complete = trialsWithBest(1e-1).slice(0, 9);
    const pruned = trialOf(20, rateConfiguration(1e-3), [0.95], 'pruned');
    expect(distanceFrom(1e-1, [...complete, pruned])).toBeLessThan(0.6);

    const stopped = rates.map((rate, i) =>
      trialOf(i, rateConfiguration(rate), rate === 1e-1 ? [0.5, 0.5] : [0.9], 'pruned'),
    );
    expect(distanceFrom(1e-1, stopped)).toBeLessThan(0.6);
  });

  it('leaves out trials of another space and trials without a value', () => {
    const history = trialsWithBest(1e-1);
    const outside = trialOf(20, { ...rateConfiguration(1e-3), backbone: 'gone' }, [1]);
    const empty = trialOf(21, rateConfiguration(1e-3), [NaN]);
    const request = { space: rateSpace, trial: 30, seed: 1 };
    const suggest = (known: readonly ObservedTrial[]) =>
      samplers.get('tpe').suggest({ ...request, history: known });
    expect(suggest([...history, outside])).toEqual(suggest(history));
    expect(distanceFrom(1e-1, [...history, empty])).toBeLessThan(0.6);
  });
});
