import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { accuracyInterval, expectedGain, type CurvePoint } from '../index.js';

interface World {
  readonly scale: number;
  readonly exponent: number;
  readonly limit: number;
  /** Examples that each size is judged by, the same for all where they are shared. */
  readonly judged: number;
  readonly shared: boolean;
}

const REPEATS = 100;
const SIZES = [100, 200, 400, 800];

const errorAt = ({ scale, exponent, limit }: World, examples: number): number =>
  limit + scale * examples ** -exponent;

/** Errors as a study measures them: the same examples are judged at each size, so that hard ones are hard at all. */
function measured(world: World, seed: number): CurvePoint[] {
  const random = createRandom(seed, 'world');
  const hardness = Array.from({ length: world.judged }, () => random.uniform());
  return SIZES.map((examples) => {
    const truth = errorAt(world, examples);
    const right = hardness.map((hard) => (world.shared ? hard : random.uniform()) >= truth);
    const { accuracy, low, high } = accuracyInterval(right);
    return { examples, error: 1 - accuracy, deviation: (high - low) / (2 * 1.96) };
  });
}

const worlds: readonly (readonly [string, World])[] = [
  ['falls on and on', { scale: 1.5, exponent: 0.4, limit: 0, judged: 1000, shared: false }],
  ['comes to a limit', { scale: 3, exponent: 0.6, limit: 0.1, judged: 1000, shared: false }],
  ['hardly falls', { scale: 0.4, exponent: 0.1, limit: 0, judged: 1000, shared: false }],
  ['is judged by the same examples', { scale: 1.5, exponent: 0.4, limit: 0.05, judged: 1000, shared: true }],
  ['is judged by few', { scale: 1.5, exponent: 0.4, limit: 0, judged: 150, shared: false }],
];

describe('what more examples gain', () => {
  it.each(worlds)('is in its interval nine times of ten and more where the error %s', (_, world) => {
    const truth = errorAt(world, 800) - errorAt(world, 1600);
    const covered = Array.from({ length: REPEATS }, (__, seed) => {
      const { low, high } = expectedGain(measured(world, seed), 800, 1600);
      return low <= truth && truth <= high;
    }).filter(Boolean).length;
    expect(covered / REPEATS).toBeGreaterThanOrEqual(0.9);
  });

  it('is told the more precisely, the more examples judge', () => {
    const [, world] = worlds[0] as readonly [string, World];
    const width = (judged: number): number => {
      const { low, high } = expectedGain(measured({ ...world, judged }, 1), 800, 1600);
      return high - low;
    };
    expect(width(20_000)).toBeLessThan(0.5 * width(500));
  });

  it('is never negative, and more for more examples', () => {
    const points = measured({ scale: 0.1, exponent: 0.1, limit: 0.3, judged: 100, shared: false }, 3);
    const twice = expectedGain(points, 800, 1600);
    const often = expectedGain(points, 800, 6400);
    expect(twice.low).toBeGreaterThanOrEqual(0);
    expect(often.gain).toBeGreaterThanOrEqual(twice.gain);
    expect(expectedGain(points, 800, 800).gain).toBe(0);
  });
});
