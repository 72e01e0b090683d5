import { createRandom } from '@espalier/random';
import { describe, expect, it } from 'vitest';
import { bootstrapAccuracy, bootstrapDifference, MetricsError } from './index.js';

/** `correct` of `count`, in random order. */
function answers(correct: number, count: number, seed = 0): boolean[] {
  return createRandom(seed, 'answers').shuffle(Array.from({ length: count }, (_, i) => i < correct));
}

describe('bootstrapAccuracy', () => {
  it('is near the normal approximation on many examples', () => {
    const { accuracy, low, high } = bootstrapAccuracy(answers(320, 400), { seed: 3 });
    const half = 1.96 * Math.sqrt((0.8 * 0.2) / 400);
    expect(accuracy).toBe(0.8);
    expect(Math.abs(low - (0.8 - half))).toBeLessThan(0.005);
    expect(Math.abs(high - (0.8 + half))).toBeLessThan(0.005);
  });

  it('follows its seed', () => {
    const correct = answers(37, 61);
    const of = (seed: number) => bootstrapAccuracy(correct, { seed, replicates: 101 });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('covers the true accuracy about as often as it promises', () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const random = createRandom(trial, 'coverage');
      const correct = Array.from({ length: 80 }, () => random.uniform() < 0.7);
      const { low, high } = bootstrapAccuracy(correct, { seed: trial, replicates: 300 });
      if (low <= 0.7 && 0.7 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(180);
    expect(covered).toBeLessThan(200);
  });

  it('refuses what it cannot resample', () => {
    expect(() => bootstrapAccuracy([], { seed: 1 })).toThrow(MetricsError);
    expect(() => bootstrapAccuracy([true], { seed: 1, level: 1 })).toThrow(/level/);
  });
});

describe('bootstrapDifference', () => {
  it('is narrower for models that fail on the same examples', () => {
    const first = answers(300, 400);
    const similar = first.map((correct, i) => correct && i % 20 !== 0);
    const unrelated = answers(similar.filter(Boolean).length, 400, 9);
    const paired = bootstrapDifference(first, similar, { seed: 1 });
    const apart = bootstrapDifference(first, unrelated, { seed: 1 });
    expect(paired.difference).toBeCloseTo(apart.difference, 12);
    expect(paired.high - paired.low).toBeLessThan(0.6 * (apart.high - apart.low));
    expect(paired.low).toBeGreaterThan(0);
    expect(apart.low).toBeLessThan(0);
  });

  it('refuses models on different examples', () => {
    expect(() => bootstrapDifference([true], [], { seed: 1 })).toThrow(/same examples, got 1 and 0/);
  });
});
