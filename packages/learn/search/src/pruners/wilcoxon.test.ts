import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedTrial } from '../history.js';
import { SearchError } from '../errors.js';
import { rateConfiguration, trialOf } from '../testing/fixtures.js';
import { wilcoxonPruner } from './wilcoxon.js';
import { signedRankBelow } from './wilcoxon/signedRank.js';

const path = new URL('../../goldens/wilcoxon.golden.json', import.meta.url);
/** Made by goldens/wilcoxon.py. */
const golden = JSON.parse(readFileSync(path, 'utf8')) as readonly {
  readonly differences: readonly number[];
  readonly p: number;
}[];

const trial = (number: number, curve: readonly number[], status: ObservedTrial['status'] = 'running') =>
  trialOf(number, rateConfiguration(1e-2), curve, status);

describe('the signed-rank test', () => {
  it.each(golden)('is that of SciPy: $p', ({ differences, p }) => {
    expect(signedRankBelow(differences)).toBeCloseTo(p, 10);
  });

  it('agrees with every choice of signs', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.boolean()), (all, signs) => {
        const differences = all.map((size) => (signs.next().value === true ? size : -size));
        const rankOf = (size: number): number =>
          all.filter((other) => other < size).length + (all.filter((other) => other === size).length + 1) / 2;
        const free = all.filter((size) => size > 0).map(rankOf);
        const sumOf = (mask: number): number =>
          free.reduce((sum, rank, i) => sum + ((mask >>> i) & 1 ? rank : 0), 0);
        const above = differences.reduce((sum, value) => sum + (value > 0 ? rankOf(value) : 0), 0);
        const masks = Array.from({ length: 2 ** free.length }, (_, mask) => mask);
        const expected = masks.filter((mask) => sumOf(mask) <= above).length / masks.length;
        expect(signedRankBelow(differences)).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe('wilcoxon', () => {
  const best = trial(1, [0.5, 0.6, 0.7, 0.8, 0.9, 0.9, 0.9, 0.9], 'complete');
  const wilcoxon = wilcoxonPruner({ maxEpochs: 8 });
  const stopsAt = (differences: readonly number[], history: readonly ObservedTrial[] = [best]) =>
    differences.flatMap((_, i) => {
      const curve = differences.slice(0, i + 1).map((value, epoch) => (best.curve[epoch] ?? 0) + value);
      return wilcoxon.shouldStop({ trial: trial(0, curve), history }) ? [i + 1] : [];
    });

  it('stops what is behind at each of four epochs, but not at the last', () => {
    // 1/8 of all signs are as low with three epochs, 1/16 with four.
    expect(stopsAt([-0.1, -0.2, -0.1, -0.2, -0.1, -0.2, -0.1, -0.2])).toEqual([4, 5, 6, 7]);
  });

  it('lets one go on that is ahead now and then, or on average', () => {
    // Ahead on average.
    expect(stopsAt([-0.1, -0.11, -0.12, 0.4])).toEqual([]);
    // The smallest of four is above: 2/16. The smallest of five: 2/32.
    expect(stopsAt([-0.1, -0.2, -0.3, 0.05])).toEqual([]);
    expect(stopsAt([-0.1, -0.2, -0.3, 0.05, -0.4])).toEqual([5]);
    const wide = wilcoxonPruner({ maxEpochs: 8, threshold: 0.9 });
    const ahead = trial(0, [0.49, 0.59, 0.69, 1]);
    expect(wide.shouldStop({ trial: ahead, history: [best] })).toBe(false);
  });

  it('compares with the best complete trial alone, where both have a value', () => {
    const behind = [-0.1, -0.2, -0.1, -0.2, -0.1];
    const better = trial(2, Array<number>(8).fill(0.99), 'pruned');
    const worse = trial(3, Array<number>(8).fill(0.1), 'complete');
    expect(stopsAt(behind, [better, worse, best])).toEqual([4, 5]);
    expect(stopsAt(behind, [better, worse])).toEqual([]);
    expect(stopsAt(behind, [])).toEqual([]);
    expect(stopsAt([-0.1, NaN, -0.1, -0.2, -0.1])).toEqual([5]);
    const short = trial(4, [0.5, 0.6, 0.99], 'complete');
    expect(stopsAt(behind, [short])).toEqual([]);
  });

  it.each([{ maxEpochs: 0 }, { maxEpochs: 9, threshold: 1 }, { maxEpochs: 9, startupEpochs: -1 }])(
    'refuses %j',
    (options) => {
      expect(() => wilcoxonPruner(options)).toThrow(SearchError);
    },
  );
});
