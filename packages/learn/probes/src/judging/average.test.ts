import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greedyAverage, type Judged } from './average.js';
import { lossesOf } from './crossValidate.js';
import { gapOf, inTurn } from '../testing/problems.js';

const examples = 30;
const classes = 3;
const labels = inTurn(examples, classes);
const judged: Judged = { labels, classes, rows: labels.flatMap((_, row) => (row % 4 > 0 ? [row] : [])) };

/** Probabilities that are right more or less often. */
function memberOf(seed: number, skill: number): Float32Array {
  const random = createRandom('member', seed);
  return Float32Array.from(
    labels.flatMap((label) => {
      const odds = Array.from({ length: classes }, (_, c) =>
        Math.exp(random.normal() + (c === label ? skill : 0)),
      );
      const total = odds.reduce((a, b) => a + b, 0);
      return odds.map((value) => value / total);
    }),
  );
}

const lossOf = (probabilities: Float32Array): number =>
  lossesOf(probabilities, labels, judged.rows, classes).reduce((a, b) => a + b, 0) / judged.rows.length;

describe('a greedy average', () => {
  it('is never worse than its best member, of few members, and what its shares say', () => {
    const skills = fc.array(fc.double({ min: -1, max: 3, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(skills, fc.integer({ min: 1, max: 4 }), fc.nat(1000), (all, most, seed) => {
        const given = all.map((skill, i) => memberOf(seed + i, skill));
        const { members, probabilities } = greedyAverage(given, judged, most);
        expect(lossOf(probabilities)).toBeLessThanOrEqual(Math.min(...given.map(lossOf)) + 1e-6);
        expect(new Set(members.map(({ index }) => index)).size).toBe(members.length);
        expect(members.length).toBeLessThanOrEqual(most);
        expect(members.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
        const mean = Array.from(probabilities, (_, at) =>
          members.reduce((sum, { index, share }) => sum + share * (given[index]?.[at] as number), 0),
        );
        expect(gapOf(probabilities, mean)).toBeLessThan(1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('puts together what complements each other, and leaves out what does not help', () => {
    // Each knows half of the examples and guesses the rest.
    const half = (knows: (row: number) => boolean): Float32Array =>
      Float32Array.from(
        labels.flatMap((label, row) =>
          Array.from({ length: classes }, (_, c) => (knows(row) ? (c === label ? 0.98 : 0.01) : 1 / 3)),
        ),
      );
    const wrong = Float32Array.from(
      labels.flatMap((label) => [1, 2, 3].map((c) => (c % 3 === label ? 0 : 0.5))),
    );
    const given = [wrong, half((row) => row < 15), half((row) => row >= 15)];
    const { members, probabilities } = greedyAverage(given, judged, 3);
    expect(members.map(({ index }) => index).toSorted()).toEqual([1, 2]);
    expect(lossOf(probabilities)).toBeLessThan(0.8 * Math.min(...given.map(lossOf)));
    expect(greedyAverage(given, judged, 1).members).toEqual([{ index: expect.any(Number), share: 1 }]);
  });

  it('is judged by the examples that count alone', () => {
    const [good, poor] = [memberOf(1, 2), memberOf(2, 0)];
    const unjudged = good.slice();
    labels.forEach((label, row) => {
      if (row % 4 === 0) unjudged[row * classes + label] = 0;
    });
    const expected = greedyAverage([good, poor], judged, 2).members;
    expect(greedyAverage([unjudged, poor], judged, 2).members).toEqual(expected);
  });
});
