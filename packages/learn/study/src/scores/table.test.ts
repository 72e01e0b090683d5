import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kendall, scoreTableOf, writeScore, absenceSentences } from './index.js';

const score = (name: string, value: number | null, why?: string) => ({
  ...{ name, title: name.toUpperCase(), unit: 'nats', value },
  ...(why !== undefined && { why }),
});

/** Depths 1 to 5, of which the deepest has the highest score and the best probe. */
const probes = [5, 4, 3, 2, 1].map((depth) => ({
  backbone: 'net',
  value: depth / 10,
  scores: {
    ...{ depth, examples: 100 },
    values: [score('a', depth), ...(depth === 5 ? [score('b', null, 'it has no classifier')] : [])],
  },
}));

describe('Kendall’s rank correlation', () => {
  it('is 1 for the same order, -1 for the reverse, and known by hand between', () => {
    expect(kendall([1, 2, 3, 4], [10, 20, 30, 40])).toBe(1);
    expect(kendall([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
    // Of six pairs one is in another order.
    expect(kendall([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(4 / 6, 12);
    // Five pairs agree, one is a tie in the second list.
    expect(kendall([1, 2, 3, 4], [1, 2, 3, 3])).toBeCloseTo(5 / Math.sqrt(6 * 5), 12);
    expect(kendall([1, 1, 1, 1], [1, 2, 3, 4])).toBeNull();
  });

  it('does not change with what keeps the order, and turns its sign with what reverses it', () => {
    const list = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        const n = Math.min(a.length, b.length);
        const [x, y] = [a.slice(0, n), b.slice(0, n)];
        const value = kendall(x, y);
        expect(kendall(y, x)).toEqual(value);
        expect(kendall(x.map(Math.exp), y)).toEqual(value);
        const reversed = kendall(
          x.map((one) => -one),
          y,
        );
        expect(reversed === null ? null : -reversed + 0).toEqual(value === null ? null : value + 0);
      }),
    );
  });
});

describe('the table of scores', () => {
  it('has a row for each depth, and says how far scores order depths as probes do', () => {
    const table = scoreTableOf(probes, [], { direction: 'maximise' });
    expect(table?.rows.map(({ depth }) => depth)).toEqual([5, 4, 3, 2, 1]);
    expect(table?.columns.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(table?.agreements).toEqual([{ with: 'probe', values: [1, null] }]);
    expect(scoreTableOf(probes, [], { direction: 'minimise' })?.agreements[0]?.values[0]).toBe(-1);
  });

  it('compares with trials from four depths on, by the best of each', () => {
    const trial = (freezeDepth: number, value: number) => ({ backbone: 'net', freezeDepth, value });
    const three = [trial(1, 0.9), trial(2, 0.8), trial(3, 0.7)];
    expect(scoreTableOf(probes, three, { direction: 'maximise' })?.agreements).toHaveLength(1);
    const four = [...three, trial(4, 0.2), trial(4, 0.6)];
    const table = scoreTableOf(probes, four, { direction: 'maximise' });
    expect(table?.agreements[1]).toEqual({ with: 'trial', values: [-1, null] });
    expect(table?.rows.find(({ depth }) => depth === 4)?.trial).toBe(0.6);
  });

  it('says why a score is missing, and is not there where nothing was scored', () => {
    const table = scoreTableOf(probes, [], { direction: 'maximise' });
    expect(table && absenceSentences(table)).toEqual(['net has no B: it has no classifier.']);
    expect(scoreTableOf([{ backbone: 'net', value: 1 }], [], { direction: 'maximise' })).toBeNull();
  });
});

it('writes scores in their units', () => {
  expect(writeScore({ unit: 'share' }, 0.9333)).toBe('93.3 %');
  expect(writeScore({ unit: 'weights' }, 2_206_816)).toBe('2,206,816');
  expect(writeScore({ unit: 'nats' }, -0.4219)).toBe('-0.422');
});
