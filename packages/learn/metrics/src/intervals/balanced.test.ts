import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { balancedInterval, MetricsError } from '../index.js';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the interval of a balanced accuracy', () => {
  it.each([
    [
      [10, 10],
      [0.5, 0.9],
    ],
    [
      [12, 8],
      [0.95, 0.95],
    ],
    [
      [40, 5],
      [0.99, 0.8],
    ],
    [
      [20, 10, 5],
      [0.9, 0.7, 0.6],
    ],
    [
      [100, 100, 8],
      [0.95, 0.99, 0.9],
    ],
    [
      [10, 10, 10, 10, 10],
      [0.99, 0.99, 0.95, 0.9, 0.99],
    ],
    [
      [200, 150, 100, 50],
      [0.99, 0.98, 0.99, 0.97],
    ],
  ])('covers the truth in 93 %% of cases: %j examples of recalls %j', (sizes, recalls) => {
    const runs = 1000;
    const truth = mean(recalls);
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const random = createRandom(run, 'balanced', sizes.length);
      const labels = sizes.flatMap((size, label) => new Array<number>(size).fill(label));
      const correct = labels.map((label) => random.uniform() < (recalls[label] as number));
      const { low, high } = balancedInterval(correct, labels);
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
  });

  it('allows for groups that have examples of all classes', () => {
    const runs = 600;
    const truth = 0.75;
    let [covered, plainly] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const random = createRandom(run, 'balanced groups');
      const [correct, labels, groups]: [boolean[], number[], string[]] = [[], [], []];
      for (let group = 0; group < 16; group++) {
        const share = random.uniform() < 0.5 ? 0.95 : 0.55;
        for (let i = 0; i < 12; i++) {
          correct.push(random.uniform() < share);
          labels.push(i % 3);
          groups.push(String(group));
        }
      }
      const [clustered, plain] = [
        balancedInterval(correct, labels, groups),
        balancedInterval(correct, labels),
      ];
      if (clustered.low <= truth && truth <= clustered.high) covered++;
      if (plain.low <= truth && truth <= plain.high) plainly++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    expect(plainly).toBeLessThan(covered);
  });

  it('is open to what a class that is wholly right may still get wrong, and needs examples', () => {
    const { low, high } = balancedInterval(
      new Array<boolean>(20).fill(true),
      [...Array(20).keys()].map((i) => i % 2),
    );
    expect(high).toBeCloseTo(1, 12);
    expect(low).toBeLessThan(0.9);
    expect(() => balancedInterval([], [])).toThrow(MetricsError);
  });
});
