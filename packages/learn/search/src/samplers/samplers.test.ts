import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedTrial } from '../history.js';
import type { Configuration, SearchSpace } from '@espalier/study';
import { samplers, SearchError, sizeOfSpace } from '../index.js';
import { isInSpace, keyOf } from '../space/points.js';
import {
  anySpaces,
  finiteSpaces,
  list,
  mixedSpace,
  numberOf,
  trialOf,
  withDepths,
  withRanges,
} from '../testing/fixtures.js';

type SamplerName = (typeof samplers.names)[number];

const statuses = ['complete', 'pruned', 'failed', 'running'] as const;

/** Up to `trials` trials with values and fates by chance, the history in a new order for each. */
function search(name: SamplerName, space: SearchSpace, seed: number, trials: number): ObservedTrial[] {
  const sampler = samplers.get(name);
  const random = createRandom(seed, 'test', name);
  const history: ObservedTrial[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const configuration = sampler.suggest({ space, history: random.shuffle(history), trial, seed });
    if (configuration === null) break;
    history.push(trialOf(trial, configuration, [random.uniform()], random.pick(statuses)));
  }
  return history;
}

describe.each(samplers.names)('%s', (name) => {
  it('suggests points of the space', () => {
    fc.assert(
      fc.property(anySpaces, fc.integer(), (space, seed) => {
        for (const { configuration } of search(name, space, seed, 18)) {
          expect(isInSpace(space, configuration)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('tries each point of a finite space once and then says that it is exhausted', () => {
    fc.assert(
      fc.property(finiteSpaces, fc.integer(), (space, seed) => {
        const size = sizeOfSpace(space) ?? 0;
        fc.pre(size <= 60);
        const keys = search(name, space, seed, 100).map(({ configuration }) => keyOf(configuration));
        expect(keys).toHaveLength(size);
        expect(new Set(keys).size).toBe(size);
      }),
      { numRuns: 12 },
    );
  });

  it('goes on as before when a study is resumed, and otherwise with another seed', () => {
    const history = search(name, mixedSpace, 3, 16);
    const stored = JSON.parse(JSON.stringify(history.toReversed())) as ObservedTrial[];
    const suggest = (seed: number, known: readonly ObservedTrial[]): Configuration | null =>
      samplers.get(name).suggest({ space: mixedSpace, history: known, trial: 16, seed });
    expect(suggest(3, stored)).toEqual(suggest(3, history));
    expect(suggest(4, history)).not.toEqual(suggest(3, history));
  });

  it('refuses a space without backbones', () => {
    const request = { space: { ...mixedSpace, backbones: [] }, history: [], trial: 0, seed: 1 };
    expect(() => samplers.get(name).suggest(request)).toThrow(SearchError);
  });
});

it('the registry lists the samplers where a name is none', () => {
  expect(() => samplers.get('bayes')).toThrow(/bayes, choose one of grid, random, tpe/);
});

describe('grid', () => {
  it('cuts ranges into four points, evenly in the logarithm where they are logarithmic', () => {
    const changed = withRanges(mixedSpace, {
      learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-1 },
      layerDecay: { kind: 'uniform', low: 0.7, high: 1 },
    });
    const space: SearchSpace = { ...changed, backbones: [withDepths('a', 0)] };
    const tried = search('grid', space, 1, 1000).map(({ configuration }) => configuration);
    expect(tried).toHaveLength(4 * 4 * 4 * 4);
    const levels = (name: string) =>
      [...new Set(tried.map((configuration) => numberOf(configuration, name)))].sort((a, b) => a - b);
    expect(levels('learningRate')).toEqual([1e-4, 1e-3, 1e-2, 1e-1]);
    expect(levels('layerDecay')).toEqual([0.7, 0.8, 0.9, 1]);
  });

  it('has seen every backbone and augmentation after a few trials', () => {
    const tried = search('grid', mixedSpace, 1, 16).map(({ configuration }) => configuration);
    expect(new Set(tried.map(({ backbone }) => backbone)).size).toBe(3);
    expect(new Set(tried.map(({ values }) => values['augmentation'])).size).toBe(4);
  });

  it('refuses a grid that would never end', () => {
    const values = Array.from({ length: 300 }, (_, i) => (i + 1) / 300);
    const endless = withRanges(mixedSpace, { layerDecay: list(...values), weightDecay: list(...values) });
    const request = { space: endless, history: [], trial: 0, seed: 1 };
    expect(() => samplers.get('grid').suggest(request)).toThrow(/random or tpe/);
  });
});

describe('random', () => {
  const draws = Array.from({ length: 3000 }, (_, trial) => {
    const drawn = samplers.get('random').suggest({ space: mixedSpace, history: [], trial, seed: 5 });
    return drawn as Configuration;
  });

  /** Pearson's statistic against equal shares. */
  const chiSquare = (labels: readonly (string | number)[], kinds: number): number => {
    const counts = new Map<string | number, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    const expected = labels.length / kinds;
    expect(counts.size).toBe(kinds);
    return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  };

  // The limits are the 99.9 % quantiles for one degree of freedom less than there are kinds.
  it('draws backbones evenly, and depths evenly within each', () => {
    const depthsOf = (id: string) =>
      draws.filter(({ backbone }) => backbone === id).map((drawn) => numberOf(drawn, 'freezeDepth'));
    expect(
      chiSquare(
        draws.map(({ backbone }) => backbone),
        3,
      ),
    ).toBeLessThan(13.8);
    expect(chiSquare(depthsOf('a'), 7)).toBeLessThan(22.5);
    expect(chiSquare(depthsOf('b'), 4)).toBeLessThan(16.3);
    expect(chiSquare(depthsOf('c'), 9)).toBeLessThan(26.1);
  });

  it('draws numbers evenly, rates in their logarithm', () => {
    const decade = (drawn: Configuration) =>
      Math.floor(2 * (Math.log10(numberOf(drawn, 'learningRate')) + 5));
    expect(chiSquare(draws.map(decade), 8)).toBeLessThan(24.3);
    expect(
      chiSquare(
        draws.map((drawn) => Math.floor((numberOf(drawn, 'layerDecay') - 0.5) * 20)),
        10,
      ),
    ).toBeLessThan(27.9);
    expect(
      chiSquare(
        draws.map((drawn) => numberOf(drawn, 'weightDecay')),
        4,
      ),
    ).toBeLessThan(16.3);
    expect(
      chiSquare(
        draws.map(({ values }) => String(values['augmentation'])),
        4,
      ),
    ).toBeLessThan(16.3);
  });

  it('depends on the history only to avoid a repeat', () => {
    const first = draws[0] as Configuration;
    const suggest = (history: readonly ObservedTrial[]) =>
      samplers.get('random').suggest({ space: mixedSpace, history, trial: 0, seed: 5 });
    expect(suggest([trialOf(1, draws[1] as Configuration, [0.5])])).toEqual(first);
    expect(suggest([trialOf(1, first, [0.5])])).not.toEqual(first);
  });
});
