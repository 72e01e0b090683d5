import { readFileSync } from 'node:fs';
import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplers } from '../../index.js';
import { list, mixedSpace, rateSpace, trialOf, withRanges } from '../../testing/fixtures.js';
import type { ObservedTrial } from '../../history.js';
import { treeOf } from '../tree.js';
import { sobolPlaces } from './places.js';
import { mostDimensions, sobolSequence } from './sequence.js';

const path = new URL('../../../goldens/sobol.golden.json', import.meta.url);
/** Made by goldens/sobol.py; coordinates times 2^30. */
const golden = JSON.parse(readFileSync(path, 'utf8')) as { readonly points: readonly number[][] };

const pointsOf = (at: (index: number) => readonly number[], count: number) =>
  Array.from({ length: count }, (_, index) => at(index));

/** Largest difference between the share of points in a box from the origin and its volume, over boxes at points. */
function discrepancy(points: readonly (readonly number[])[]): number {
  const differences = points.map((corner) => {
    const inside = points.filter((point) => point.every((value, i) => value <= (corner[i] ?? 0)));
    return Math.abs(inside.length / points.length - corner.reduce((volume, side) => volume * side, 1));
  });
  return Math.max(...differences);
}

describe('the Sobol sequence', () => {
  it('is that of SciPy in 50 dimensions', () => {
    expect(mostDimensions).toBe(50);
    const points = pointsOf(sobolSequence(50, null), golden.points.length);
    expect(points.map((point) => point.map((value) => Math.floor(value * 2 ** 30)))).toEqual(golden.points);
    expect(() => sobolSequence(51, null)).toThrow(RangeError);
  });

  it.each([null, 1, 2, 3])('holds one point in each elementary interval, scrambled by %s', (seed) => {
    const random = seed === null ? null : createRandom('scrambled', seed);
    const points = pointsOf(sobolSequence(2, random), 256);
    for (let across = 0; across <= 8; across++) {
      const intervals = points.map(([x = 0, y = 0]) => [
        Math.floor(x * 2 ** across),
        Math.floor(y * 2 ** (8 - across)),
      ]);
      expect(new Set(intervals.map(String)).size).toBe(256);
    }
  });

  it('holds one point in each interval of every dimension, however it is scrambled', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), (seed, digits) => {
        const points = pointsOf(sobolSequence(50, createRandom(seed)), 2 ** digits);
        for (let dimension = 0; dimension < 50; dimension++) {
          const intervals = points.map((point) => Math.floor((point[dimension] ?? NaN) * 2 ** digits));
          expect(new Set(intervals).size).toBe(2 ** digits);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('differs by its scrambling, and is even where chance is not', () => {
    const first = sobolSequence(4, createRandom(1));
    expect(first(5)).not.toEqual(sobolSequence(4, createRandom(2))(5));
    const random = createRandom('even');
    const drawn = pointsOf(() => [1, 2, 3, 4].map(() => random.uniform()), 128);
    expect(discrepancy(pointsOf(first, 128))).toBeLessThan(0.6 * discrepancy(drawn));
  });

  it('scrambles each digit by those in front of it alone, evenly', () => {
    const sixBits = (points: readonly (readonly number[])[]) => points.map(([x = 0]) => Math.floor(x * 64));
    const plain = sixBits(pointsOf(sobolSequence(1, null), 64));
    const seeds = Array.from({ length: 400 }, (_, seed) =>
      sixBits(pointsOf(sobolSequence(1, createRandom('flip', seed)), 64)),
    );
    // Digits in front of the first that differs, for all pairs of points.
    const common = (values: readonly number[]) =>
      values.flatMap((value) => values.map((other) => Math.clz32(value ^ other)));
    for (const scrambled of seeds.slice(0, 20)) expect(common(scrambled)).toEqual(common(plain));
    for (const digit of [1, 2, 4, 8, 16, 32]) {
      for (const at of [0, 21, 63]) {
        const flips = seeds.filter((values) => ((values[at] ?? 0) ^ (plain[at] ?? 0)) & digit);
        expect(Math.abs(flips.length / seeds.length - 0.5)).toBeLessThan(0.1);
      }
    }
  });
});

describe('sobol', () => {
  const suggest = (history: readonly ObservedTrial[], trial: number) =>
    samplers.get('sobol').suggest({ space: mixedSpace, history, trial, seed: 5 });

  it('spreads over lists as evenly as they allow', () => {
    const placeAt = sobolPlaces(treeOf(mixedSpace), 1, 'even');
    const configurations = Array.from({ length: 48 }, (_, i) =>
      treeOf(mixedSpace).configurationAt(placeAt(i)),
    );
    const of = (name: string, value: number | string) =>
      configurations.slice(0, 32).filter(({ values }) => values[name] === value).length;
    expect(['none', 'flip', 'crop', 'strong'].map((policy) => of('augmentation', policy))).toEqual([
      8, 8, 8, 8,
    ]);
    expect([0, 1e-4, 1e-3, 1e-2].map((decay) => of('weightDecay', decay))).toEqual([8, 8, 8, 8]);
    const counts = ['a', 'b', 'c'].map(
      (id) => configurations.filter(({ backbone }) => backbone === id).length,
    );
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(4);
  });

  it('takes the point of its number, whatever the others came to, or the next that is new', () => {
    const points = [0, 1, 2, 3].map((trial) => suggest([], trial));
    expect(points[3]).toMatchObject({ why: 'Point 3 of a Sobol sequence, which fills the space evenly.' });
    const others = points.slice(0, 2).flatMap((point, i) => (point ? [trialOf(i, point, [0.5])] : []));
    expect(suggest(others, 3)).toEqual(points[3]);
    expect(suggest(others, 0)).toEqual(points[2]);
  });

  it('draws what lies beyond its dimensions', () => {
    const tree = treeOf(withRanges(rateSpace, { augmentation: list('none', 'flip') }));
    const searched = Array.from({ length: 60 }, () => tree.searched.at(-1)).flatMap((one) => one ?? []);
    const wide = { ...tree, searched: tree.searched.slice(0, -1).concat(searched) };
    const seen: number[] = [];
    const descend: typeof tree.descend = (backbone, choose) => ({
      backbone,
      at: wide.searched.map(({ axes: [axis] }, index) => (axis ? choose(axis, index) : null)),
    });
    const placeAt = sobolPlaces({ ...wide, descend }, 1);
    for (let index = 0; index < 200; index++) seen.push(placeAt(index).at.at(-1) ?? NaN);
    expect(seen.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(seen).size).toBe(200);
    expect(placeAt(7)).toEqual(placeAt(7));
  });
});
