import { expect, it } from 'vitest';
import { crossValidate, fitClassifier, type FoldPlan } from '../judging/crossValidate.js';
import { stratifiedFolds } from '../judging/folds.js';
import { standardisationOf, standardised } from '../kernels/standardise.js';
import { clusters, gapOf, inTurn, kernelOf } from '../testing/problems.js';
import { classifiers } from './index.js';
import { ridge } from './ridge.js';

const labels = inTurn(40, 3);
const features = clusters('ridge', labels, 6, 0.8);

/** Solves a small dense system by Gaussian elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (let c = 0; c < rows.length; c++) {
    const pivot = rows
      .slice(c)
      .reduce((best, row, i) => (Math.abs(row[c] ?? 0) > Math.abs(rows[best]?.[c] ?? 0) ? c + i : best), c);
    [rows[c], rows[pivot]] = [rows[pivot] as number[], rows[c] as number[]];
    rows.forEach((row, i) => {
      if (i === c) return;
      const factor = (row[c] as number) / (rows[c]?.[c] as number);
      row.forEach((value, k) => (row[k] = value - factor * (rows[c]?.[k] as number)));
    });
  }
  return rows.map((row, i) => (row.at(-1) as number) / (row[i] as number));
}

it.each([
  ['all count alike', undefined],
  ['some count more, some not at all', Float64Array.from(labels, (_, row) => row % 4)],
])('is the solution of the normal equations where %s', async (_, weights) => {
  const kernel = await kernelOf(features);
  const penalty = 0.3;
  const fitted = await fitClassifier(
    ridge,
    kernel,
    { labels, classes: 3, ...(weights && { weights }) },
    { penalty, temperature: 1 },
  );
  const z = standardised(features, standardisationOf(features));
  const mask = weights ?? new Float64Array(labels.length).fill(1);
  const total = mask.reduce((a, b) => a + b, 0);
  const shift = (penalty / mask.filter((weight) => weight > 0).length) * total;
  const row = (i: number): number[] => [...z.data.subarray(6 * i, 6 * i + 6), 1];
  for (let c = 0; c < 3; c++) {
    const normal = Array.from({ length: 7 }, (_, a) =>
      Array.from({ length: 7 }, (_, b) =>
        labels.reduce(
          (sum, _, i) => sum + (mask[i] as number) * (row(i)[a] as number) * (row(i)[b] as number),
          a === b && a < 6 ? shift : 0,
        ),
      ),
    );
    const right = Array.from({ length: 7 }, (_, a) =>
      labels.reduce(
        (sum, label, i) => sum + (label === c ? (mask[i] as number) * (row(i)[a] as number) : 0),
        0,
      ),
    );
    const expected = solve(normal, right);
    const weight = Array.from({ length: 6 }, (_, a) =>
      labels.reduce(
        (sum, _, i) => sum + (fitted.coefficients[3 * i + c] as number) * (row(i)[a] as number),
        0,
      ),
    );
    expect(gapOf([...weight, fitted.bias[c] as number], expected)).toBeLessThan(1e-4);
  }
});

it('is cross-validated with a temperature, without which its probabilities would say little', async () => {
  const units = labels.map((_, i) => [i]);
  const plan: FoldPlan = {
    folds: 5,
    assignments: [stratifiedFolds(labels, units, { folds: 5, seed: 1, repeat: 0 })],
  };
  const kernel = await kernelOf(features);
  const found = await crossValidate(kernel, { labels, classes: 3 }, plan, {
    classifier: classifiers.get('ridge'),
  });
  const logistic = await crossValidate(kernel, { labels, classes: 3 }, plan);
  expect(logistic.temperature).toBe(1);
  expect(found.temperature).toBeGreaterThan(1.5);
  expect(found.loss).toBeLessThan(logistic.loss + 0.1);
  const sums = Array.from({ length: 40 }, (_, i) =>
    found.probabilities.subarray(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0),
  );
  expect(
    gapOf(
      sums,
      Array.from({ length: 40 }, () => 1),
    ),
  ).toBeLessThan(1e-5);
});
