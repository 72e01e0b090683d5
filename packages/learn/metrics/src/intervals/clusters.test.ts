import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { accuracyInterval, effectiveCount, pairedDifferenceInterval } from '../index.js';

/** Examples of groups, a share of which is decided by the group alone. */
function draw(run: number, sizes: readonly number[], truth: number, shared: number): [boolean[], string[]] {
  const random = createRandom(run, 'clusters', sizes.length);
  const correct: boolean[] = [];
  const groups: string[] = [];
  sizes.forEach((size, group) => {
    const whole = random.uniform() < truth;
    for (let i = 0; i < size; i++) {
      correct.push(random.uniform() < shared ? whole : random.uniform() < truth);
      groups.push(String(group));
    }
  });
  return [correct, groups];
}

describe('the interval of an accuracy on grouped examples', () => {
  it.each([
    [12, 10, 0.7, 0.5],
    [20, 6, 0.85, 0.4],
    [40, 8, 0.6, 0.3],
    [8, 30, 0.75, 0.2],
  ])('covers the truth in 93 %% of cases: %i groups of %i at %f', (count, size, truth, shared) => {
    const runs = 600;
    let [covered, plainly] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const [correct, groups] = draw(run, new Array<number>(count).fill(size), truth, shared);
      const [clustered, plain] = [accuracyInterval(correct, groups), accuracyInterval(correct)];
      if (clustered.low <= truth && truth <= clustered.high) covered++;
      if (plain.low <= truth && truth <= plain.high) plainly++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    expect(plainly).toBeLessThan(covered);
  });

  it('is that of independent examples where each stands for itself', () => {
    const correct = Array.from({ length: 40 }, (_, i) => i % 5 !== 0);
    const alone = correct.map((_, i) => String(i));
    const [own, plain] = [accuracyInterval(correct, alone), accuracyInterval(correct)];
    expect(own.low).toBeCloseTo(plain.low, 6);
    expect(own.high).toBeCloseTo(plain.high, 6);
    expect(accuracyInterval(correct, new Array<undefined>(40).fill(undefined))).toEqual(plain);
  });
});

it('a difference on grouped examples covers the truth', () => {
  const runs = 500;
  const [lead, lag] = [0.2, -0.05];
  const truth = (lead + lag) / 2;
  let covered = 0;
  for (let run = 0; run < runs; run++) {
    const random = createRandom(run, 'grouped pairs');
    const [first, second, groups]: [boolean[], boolean[], string[]] = [[], [], []];
    for (let group = 0; group < 20; group++) {
      const ahead = random.uniform() < 0.5 ? lead : lag;
      for (let i = 0; i < 8; i++) {
        const u = random.uniform();
        second.push(u < 0.6);
        first.push(u < 0.6 + ahead);
        groups.push(String(group));
      }
    }
    const { low, high } = pairedDifferenceInterval(first, second, groups);
    if (low <= truth && truth <= high) covered++;
  }
  expect(covered / runs).toBeGreaterThan(0.93);
});

it('groups are worth at least one example and at most theirs', () => {
  expect(effectiveCount([1, 1, 0, 0], ['a', 'a', 'a', 'a'])).toBe(1);
  expect(effectiveCount([1, 1, 1, 1], ['a', 'a', 'b', 'b'])).toBe(2);
  expect(effectiveCount([1, 0, 1, 0], ['a', 'a', 'b', 'b'])).toBeLessThanOrEqual(4);
  expect(effectiveCount([1, 0, 1, 0])).toBe(4);
});
