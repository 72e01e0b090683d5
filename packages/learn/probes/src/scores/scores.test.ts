import { readFileSync } from 'node:fs';
import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../kernels/matrix.js';
import { clusters, gapOf, inTurn, normals } from '../testing/problems.js';
import { labelledFeatures } from './features.js';
import { hScore } from './hScore.js';
import { scores } from './index.js';
import { knn } from './knn.js';
import { leep } from './leep.js';
import { logme } from './logme.js';
import { nce } from './nce.js';
import type { FeatureScore } from './score.js';
import { size } from './size.js';
import { shifted, tridiagonalOf } from './tridiagonal.js';

interface Golden {
  readonly name: string;
  readonly rows: number;
  readonly width: number;
  readonly classes: number;
  readonly source: number;
  readonly labels: number[];
  readonly features: number[];
  readonly shares: number[];
  readonly scores: Readonly<Record<string, number>>;
}

const path = new URL('../../goldens/scores.golden.json', import.meta.url);
const goldens = JSON.parse(readFileSync(path, 'utf8')) as Golden[];

const ofFeatures = [knn, logme, hScore];

const scored = (score: FeatureScore, features: Matrix, labels: readonly number[], units?: number[]): number =>
  score.of(labelledFeatures(features, { labels, classes: 1 + Math.max(...labels), ...(units && { units }) }));

describe.each(goldens)('as the papers have it: $name', (golden) => {
  const { rows, width, classes, source, labels } = golden;
  const examples = labelledFeatures(matrix(rows, width, Float32Array.from(golden.features)), {
    labels,
    classes,
  });
  const answers = { labels, classes, shares: matrix(rows, source, Float32Array.from(golden.shares)) };

  it.each(scores.entries().filter(([, { needs }]) => needs !== 'backbone'))('%s', (name, score) => {
    const found =
      score.needs === 'features'
        ? score.of(examples)
        : score.needs === 'source classes'
          ? score.of(answers)
          : NaN;
    expect(found).toBeCloseTo(golden.scores[name] as number, 5);
  });
});

/** Turns features by an orthogonal matrix: a few reflections at random vectors. */
function turned({ rows, columns, data }: Matrix, seed: number): Matrix {
  const random = createRandom(seed, 'turn');
  const result = matrix(rows, columns, data.slice());
  for (let k = 0; k < 3; k++) {
    const v = Float64Array.from({ length: columns }, () => random.normal());
    const square = v.reduce((sum, value) => sum + value ** 2, 0);
    for (let row = 0; row < rows; row++) {
      const part = result.data.subarray(row * columns, (row + 1) * columns);
      const share = (2 / square) * part.reduce((sum, x, i) => sum + x * (v[i] as number), 0);
      part.forEach((x, i) => (part[i] = x - share * (v[i] as number)));
    }
  }
  return result;
}

const times = ({ rows, columns, data }: Matrix, factor: number): Matrix =>
  matrix(
    rows,
    columns,
    data.map((value) => factor * value),
  );

const problem = fc.record({
  name: fc.string({ minLength: 1, maxLength: 4 }),
  classes: fc.integer({ min: 2, max: 4 }),
  width: fc.integer({ min: 2, max: 30 }),
  gap: fc.constantFrom(0, 0.5, 2),
  seed: fc.nat(),
});

describe('scores of features', () => {
  it('do not change where the features are turned or lengthened', () => {
    fc.assert(
      fc.property(problem, fc.constantFrom(1 / 8, 4), ({ name, classes, width, gap, seed }, factor) => {
        const labels = inTurn(24, classes);
        const features = clusters(name, labels, width, gap);
        for (const score of ofFeatures) {
          const value = scored(score, features, labels);
          expect(scored(score, times(features, factor), labels)).toBeCloseTo(value, 4);
          // A vote between two neighbours that are equally near may go the other way by rounding.
          const turn = scored(score, turned(features, seed), labels);
          expect(Math.abs(turn - value)).toBeLessThan(score === knn ? 0.05 : 1e-3);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('do not change with the order of the examples', () => {
    fc.assert(
      fc.property(problem, ({ name, classes, width, gap }) => {
        const labels = inTurn(20, classes);
        const features = clusters(name, labels, width, gap);
        const back = matrix(20, width);
        for (let i = 0; i < 20; i++) {
          back.data.set(features.data.subarray(i * width, (i + 1) * width), (19 - i) * width);
        }
        for (const score of ofFeatures) {
          const value = scored(score, features, labels);
          expect(scored(score, back, labels.toReversed())).toBeCloseTo(value, 5);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are higher the further the classes are apart', () => {
    const labels = inTurn(90, 3);
    for (const score of ofFeatures) {
      const [none, near, far] = [0, 1, 4].map((gap) =>
        scored(score, clusters('gap', labels, 8, gap), labels),
      );
      expect(near).toBeGreaterThan(none as number);
      expect(far).toBeGreaterThan(near as number);
    }
  });

  it('are at their best where the features are the labels', () => {
    const labels = inTurn(60, 3);
    const features = matrix(60, 3);
    labels.forEach((label, i) => (features.data[3 * i + label] = 1));
    expect(scored(knn, features, labels)).toBe(1);
    // All variance lies between the classes, which span two dimensions: eigenvalues 1/3, 1/3 and 0, and by hand a
    // shrinkage of 3 / 60.
    expect(scored(hScore, features, labels)).toBeCloseTo((2 * 0.95) / (1 - 0.05 / 3), 9);
    expect(scored(logme, features, labels)).toBeGreaterThan(2);
  });

  it('tell chance where the labels do not depend on the features', () => {
    const labels = inTurn(300, 3);
    const features = normals('independent', 300, 6);
    expect(Math.abs(scored(knn, features, labels) - 1 / 3)).toBeLessThan(0.1);
    expect(scored(hScore, features, labels)).toBeLessThan(0.1);
    // No evidence for any weights: what remains is a normal distribution around 0 with mean square 1/3.
    const silent = -0.5 * (Math.log((2 * Math.PI) / 3) + 1);
    expect(scored(logme, features, labels)).toBeCloseTo(silent, 1);
  });

  it('have a value where the features are constant, or wider than there are examples by far', () => {
    const labels = inTurn(12, 3);
    for (const features of [
      matrix(12, 4),
      matrix(12, 4, new Float32Array(48).fill(3)),
      normals('wide', 12, 500),
    ]) {
      for (const score of ofFeatures) expect(scored(score, features, labels)).not.toBeNaN();
    }
    expect(scored(hScore, matrix(12, 4), labels)).toBe(0);
  });
});

describe('k-NN', () => {
  it('asks no example of the same unit', () => {
    // Three speakers who each say one class: without each other's recordings nobody is recognised.
    const units = inTurn(30, 3);
    const features = clusters('speakers', units, 6, 5);
    expect(scored(knn, features, units)).toBe(1);
    expect(scored(knn, features, units, units)).toBe(0);
  });
});

const answersOf = (source: readonly number[], classes: number): Matrix => {
  const shares = matrix(source.length, classes);
  source.forEach((z, i) => (shares.data[i * classes + z] = 1));
  return shares;
};

/** Probabilities that a softmax gives for normal numbers. */
function sharesOf(name: string, rows: number, columns: number): Matrix {
  const { data } = normals(name, rows, columns);
  const shares = matrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * columns, (i + 1) * columns).map((value) => Math.exp(2 * value));
    const sum = row.reduce((a, b) => a + b, 0);
    shares.data.set(
      row.map((value) => value / sum),
      i * columns,
    );
  }
  return shares;
}

describe('scores of the network’s own classes', () => {
  const labels = inTurn(30, 3);

  it('are 0 where each of them has one label', () => {
    const shares = answersOf(
      labels.map((label, i) => label + 3 * (i % 2)),
      6,
    );
    expect(nce.of({ labels, classes: 3, shares })).toBeCloseTo(0, 6);
    expect(leep.of({ labels, classes: 3, shares })).toBeCloseTo(0, 6);
  });

  it('are less the entropy of the labels where they tell nothing', () => {
    const shares = answersOf(
      labels.map(() => 1),
      4,
    );
    expect(nce.of({ labels, classes: 3, shares })).toBeCloseTo(-Math.log(3), 6);
    expect(leep.of({ labels, classes: 3, shares })).toBeCloseTo(-Math.log(3), 6);
    const even = matrix(30, 4, new Float32Array(120).fill(1 / 4));
    expect(leep.of({ labels, classes: 3, shares: even })).toBeCloseTo(-Math.log(3), 6);
  });

  it('are equal where the answers are certain, and never above 0', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 30, maxLength: 30 }), fc.string(), (source, name) => {
        const certain = { labels, classes: 3, shares: answersOf(source, 5) };
        expect(leep.of(certain)).toBeCloseTo(nce.of(certain), 5);
        const shares = sharesOf(name, 30, 5);
        expect(leep.of({ labels, classes: 3, shares })).toBeLessThan(1e-6);
        expect(nce.of({ labels, classes: 3, shares })).toBeLessThan(1e-6);
      }),
      { numRuns: 50 },
    );
  });

  it('are bounded: LEEP is no less than the likelihood of the labels given a source class, on average over these', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const shares = sharesOf(name, 30, 5);
        const value = leep.of({ labels, classes: 3, shares });
        const joint = Array.from({ length: 15 }, () => 0);
        const alone = Array.from({ length: 5 }, () => 0);
        shares.data.forEach((share, at) => {
          const [i, z] = [Math.floor(at / 5), at % 5];
          joint[(labels[i] as number) * 5 + z]! += share;
          alone[z]! += share;
        });
        // By Jensen's inequality: the mean of a logarithm is no more than the logarithm of the mean.
        const below = labels.reduce((sum, label, i) => {
          const row = shares.data.subarray(5 * i, 5 * i + 5);
          return (
            sum +
            row.reduce((part, share, z) => part + share * Math.log(joint[5 * label + z]! / alone[z]!), 0)
          );
        }, 0);
        expect(value).toBeGreaterThanOrEqual(below / 30 - 1e-5);
      }),
      { numRuns: 50 },
    );
  });
});

it('size is the number of weights', () => {
  expect(size.of({ weights: 3_504_872 })).toBe(3_504_872);
});

describe('a tridiagonal form', () => {
  it('solves systems, and tells the determinant and the trace of the inverse', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (name, n, width) => {
          const features = normals(name, n, width);
          const { gram } = labelledFeatures(features, { labels: inTurn(n, 1), classes: 1 });
          const form = tridiagonalOf(gram, n);
          const shift = 0.5;
          const system = gram.map((value, i) => value + (i % (n + 1) === 0 ? shift : 0));
          const { solve, logDeterminant, inverseTrace } = shifted(form, shift);
          const columns = Array.from({ length: n }, (_, c) =>
            form.turn(Float64Array.from({ length: n }, (_, i) => Number(i === c))),
          );
          // Entry [a, b] of the inverse is Q's row a times the solution for row b.
          const inverse = columns.map((a) =>
            columns.map((b) => a.reduce((sum, x, i) => sum + x * (solve(b)[i] as number), 0)),
          );
          const product = inverse.flatMap((row) =>
            inverse.map((_, b) => row.reduce((sum, x, k) => sum + x * (system[k * n + b] as number), 0)),
          );
          const identity = product.map((_, i) => Number(i % (n + 1) === 0));
          expect(gapOf(product, identity)).toBeLessThan(1e-8);
          expect(inverseTrace).toBeCloseTo(
            inverse.reduce((sum, row, i) => sum + (row[i] as number), 0),
            8,
          );
          expect(logDeterminant).toBeCloseTo(logDeterminantOf(system, n), 8);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** By elimination without pivots, which a positive definite matrix does not need. */
function logDeterminantOf(given: Float64Array, n: number): number {
  const a = given.slice();
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const pivot = a[k * n + k] as number;
    sum += Math.log(pivot);
    for (let i = k + 1; i < n; i++) {
      const factor = (a[i * n + k] as number) / pivot;
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * (a[k * n + j] as number);
    }
  }
  return sum;
}
