import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from './random.js';

const DRAWS = 40_000;
const draws = (random: Random, draw: (random: Random) => number, count = DRAWS): number[] =>
  Array.from({ length: count }, () => draw(random));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
/** The k-th moment about `centre`. */
const moment = (values: readonly number[], k: number, centre = 0): number =>
  mean(values.map((value) => (value - centre) ** k));

const keys = fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 4 });

describe('a named stream', () => {
  it('repeats for the same keys', () => {
    fc.assert(
      fc.property(keys, (names) => {
        const [a, b] = [createRandom(...names), createRandom(...names)];
        expect(draws(a, (r) => r.uniform(), 8)).toEqual(draws(b, (r) => r.uniform(), 8));
      }),
    );
  });

  it('differs for other keys, however they are split', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(createRandom(...one).uniform()).not.toBe(createRandom(...other).uniform());
      }),
    );
    const places = [['a', 'bc'], ['ab', 'c'], ['abc'], [1], ['1'], [1, 0], [10], []] as const;
    const first = places.map((names) => createRandom(...names).uniform());
    expect(new Set(first).size).toBe(places.length);
  });

  it('does not follow its neighbours', () => {
    const streams = [0, 1, 2, 3].map((seed) => draws(createRandom(seed), (r) => r.uniform() - 0.5));
    for (const [i, a] of streams.entries()) {
      for (const b of streams.slice(i + 1)) {
        const correlation = 12 * mean(a.map((value, at) => value * (b[at] as number)));
        expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(DRAWS));
      }
    }
  });

  it('is not moved by draws from another', () => {
    const [a, b] = [createRandom('a'), createRandom('b')];
    const alone = draws(createRandom('a'), (r) => r.normal(), 20);
    const beside = draws(a, (r) => (b.uniform(), r.normal()), 20);
    expect(beside).toEqual(alone);
  });

  it('stays what it was, for studies that are resumed by a later version', () => {
    const random = createRandom(1, 'pinned');
    expect([random.uniform(), random.integer(1000), random.normal()]).toMatchInlineSnapshot(`
      [
        0.8533075211438351,
        389,
        0.6584490189794133,
      ]
    `);
  });
});

describe('the distributions', () => {
  it('uniform has the moments and the range of [0, 1)', () => {
    const values = draws(createRandom('uniform'), (r) => r.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(1 / 2, 2);
    expect(moment(values, 2, 1 / 2)).toBeCloseTo(1 / 12, 2);
    expect(moment(values, 4, 1 / 2)).toBeCloseTo(1 / 80, 3);
    const fine = values.filter((value) => (value * 2 ** 32) % 1 !== 0);
    expect(fine.length).toBeGreaterThan(DRAWS / 2);
  });

  it('integer hits every value equally often', () => {
    const counts = [0, 0, 0, 0, 0, 0, 0];
    const random = createRandom('integer');
    for (let i = 0; i < DRAWS; i++) {
      const value = random.integer(7);
      counts[value] = (counts[value] as number) + 1;
    }
    const chiSquared = counts.reduce((sum, n) => sum + (n - DRAWS / 7) ** 2 / (DRAWS / 7), 0);
    expect(counts).toHaveLength(7);
    expect(chiSquared).toBeLessThan(22.5);
  });

  it('integer refuses a bound that is not a positive whole number', () => {
    for (const bound of [0, -1, 1.5, NaN, Infinity]) {
      expect(() => createRandom(1).integer(bound)).toThrow(RangeError);
    }
  });

  it('normal has the moments of the standard normal', () => {
    const values = draws(createRandom('normal'), (r) => r.normal());
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(mean(values))).toBeLessThan(0.025);
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(0.035);
    expect(Math.abs(moment(values, 3))).toBeLessThan(0.1);
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(0.25);
    const next = mean(values.slice(1).map((value, i) => value * (values[i] as number)));
    expect(Math.abs(next)).toBeLessThan(0.025);
  });
});

describe('shuffle and pick', () => {
  it('shuffle is a permutation and leaves its argument alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const shuffled = createRandom(seed).shuffle(items);
        expect(items).toEqual(before);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(before.toSorted((a, b) => a - b));
      }),
    );
  });

  it('shuffle gives each order equally often', () => {
    const random = createRandom('orders');
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle([0, 1, 2, 3]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0);
    expect(counts.size).toBe(24);
    expect(chiSquared).toBeLessThan(49.7);
  });

  it('pick takes an item, and refuses none', () => {
    const random = createRandom('pick');
    const picked = new Set(draws(random, (r) => r.pick([3, 5, 8]), 200));
    expect([...picked].toSorted((a, b) => a - b)).toEqual([3, 5, 8]);
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
