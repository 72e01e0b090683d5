import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { accuracyInterval, differenceInterval, MetricsError, pairedDifferenceInterval } from '../index.js';

/** `correct` of `count`, in random order. */
function answers(correct: number, count: number, seed = 0): boolean[] {
  return createRandom(seed, 'answers').shuffle(Array.from({ length: count }, (_, i) => i < correct));
}

/** Probability of k of n, by logarithms. */
function binomial(k: number, n: number, p: number): number {
  let log = k * Math.log(p) + (n - k) * Math.log(1 - p);
  for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
  return Math.exp(log);
}

describe('the interval of an accuracy', () => {
  it('covers the truth in 95 % of cases at any size and accuracy', () => {
    for (const n of [20, 24, 30, 45, 47, 60, 100, 200, 500]) {
      const intervals = Array.from({ length: n + 1 }, (_, k) => accuracyInterval(answers(k, n)));
      for (const p of [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99]) {
        const covered = intervals.reduce(
          (sum, { low, high }, k) => sum + (low <= p && p <= high ? binomial(k, n, p) : 0),
          0,
        );
        expect(covered, `${n} examples at ${p}`).toBeGreaterThan(0.95);
        expect(covered).toBeLessThan(1 + 1e-9);
      }
    }
  });

  it("agrees with Newcombe's table", () => {
    // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29, by method 4.
    const of = (k: number, n: number) => {
      const { low, high } = accuracyInterval(answers(k, n));
      return [low, high].map((value) => value.toFixed(4));
    };
    expect(of(81, 263)).toEqual(['0.2535', '0.3682']);
    expect(of(15, 148)).toEqual(['0.0598', '0.1644']);
    expect(of(0, 20)).toEqual(['0.0000', '0.2005']);
    expect(of(1, 29)).toEqual(['0.0018', '0.1963']);
  });

  it('refuses no examples', () => {
    expect(() => accuracyInterval([])).toThrow(MetricsError);
  });
});

describe('the interval of a difference on the same examples', () => {
  it('covers the truth in 93 % of cases, whatever the models have in common', () => {
    const runs = 400;
    for (const [n, first, second, shared] of [
      [20, 0.9, 0.8, 0.5],
      [30, 0.7, 0.7, 0],
      [47, 0.95, 0.9, 0.5],
      [80, 0.99, 0.9, 0.5],
      [150, 0.8, 0.6, 0.8],
      [300, 0.6, 0.55, 0.5],
    ] as const) {
      const both = first * second + shared * (Math.min(first, second) - first * second);
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const random = createRandom(run, 'pairs', n);
        const pairs = Array.from({ length: n }, () => {
          const u = random.uniform();
          return [u < first, u < both || (u >= first && u < first + second - both)] as const;
        });
        const { low, high } = pairedDifferenceInterval(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        );
        if (low <= first - second && first - second <= high) covered++;
      }
      expect(covered / runs, `${n} examples, ${first} and ${second}`).toBeGreaterThan(0.93);
    }
  });

  it("agrees with Newcombe's table", () => {
    // Newcombe (1998), table III, method 10: 36 both, 12 and 2 one, none neither.
    const of = (both: number, first: number, second: number, neither: number) => {
      const pick = (which: readonly boolean[]): boolean[] =>
        [both, first, second, neither].flatMap((count, i) =>
          new Array<boolean>(count).fill(which[i] === true),
        );
      const { low, high } = pairedDifferenceInterval(
        pick([true, true, false, false]),
        pick([true, false, true, false]),
      );
      return [low, high].map((value) => value.toFixed(4));
    };
    expect(of(36, 12, 2, 0)).toEqual(['0.0569', '0.3404']);
  });

  it('is narrower for models that fail on the same examples', () => {
    const first = answers(300, 400);
    const similar = first.map((correct, i) => correct && i % 20 !== 0);
    const unrelated = answers(similar.filter(Boolean).length, 400, 9);
    const paired = pairedDifferenceInterval(first, similar);
    const apart = pairedDifferenceInterval(first, unrelated);
    expect(paired.difference).toBeCloseTo(apart.difference, 12);
    expect(paired.high - paired.low).toBeLessThan(0.7 * (apart.high - apart.low));
    expect(paired.low).toBeGreaterThan(0);
    expect(apart.low).toBeLessThan(0);
  });

  it('refuses models on different examples', () => {
    expect(() => pairedDifferenceInterval([true], [])).toThrow(/same examples, got 1 and 0/);
  });
});

describe('the interval of a difference on different examples', () => {
  it("agrees with Newcombe's table", () => {
    // Newcombe (1998), table II, method 10: 56 of 70 against 48 of 80.
    const { difference, low, high } = differenceInterval(
      { correct: 56, examples: 70 },
      { correct: 48, examples: 80 },
    );
    expect(difference).toBeCloseTo(0.2, 12);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.0524', '0.3339']);
  });
});
