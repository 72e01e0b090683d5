import { describe, expect, it } from 'vitest';
import { crossValidate, judgedRows, lossesOf, PENALTIES, type FoldPlan } from './crossValidate.js';
import { stratifiedFolds } from './folds.js';
import { solveLogistic, toSoftmax } from '../logistic/logistic.js';
import { clusters, gapOf, inTurn, kernelOf, normals } from '../testing/problems.js';

function planOf(labels: readonly number[], folds: number, repeats: number): FoldPlan {
  const units = labels.map((_, i) => [i]);
  const assignments = Array.from({ length: repeats }, (_, repeat) =>
    stratifiedFolds(labels, units, { folds, seed: 1, repeat }),
  );
  return { folds, assignments };
}

function accuracyOf(probabilities: Float32Array, labels: readonly number[], classes: number): number {
  const correct = labels.filter((label, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own)) === label;
  });
  return correct.length / labels.length;
}

const rowOf = (probabilities: Float32Array, row: number, classes: number): Float32Array =>
  probabilities.subarray(row * classes, (row + 1) * classes);

describe('cross-validation', () => {
  it('comes to chance where labels are random, however many features there are', async () => {
    const labels = inTurn(80, 2);
    const kernel = await kernelOf(normals('no pattern', 80, 400));
    const { probabilities, loss } = await crossValidate(kernel, { labels, classes: 2 }, planOf(labels, 5, 2));
    expect(Math.abs(accuracyOf(probabilities, labels, 2) - 0.5)).toBeLessThan(0.2);
    expect(loss).toBeGreaterThan(0.67);
    // The same features can tell all labels that were learnt from.
    const weights = [new Float64Array(80).fill(1)];
    const fit = await solveLogistic({ kernel, labels, classes: 2, weights }, { penalties: [1e-3] });
    expect(accuracyOf(fit.scores, labels, 2)).toBe(1);
  });

  it('finds a pattern, with more penalty where it is fainter', async () => {
    const labels = inTurn(90, 3);
    const validated = async (gap: number) => {
      const kernel = await kernelOf(clusters('pattern', labels, 20, gap));
      return crossValidate(kernel, { labels, classes: 3 }, planOf(labels, 5, 1));
    };
    const [plain, faint] = [await validated(1.5), await validated(0.2)];
    expect(accuracyOf(plain.probabilities, labels, 3)).toBeGreaterThan(0.95);
    expect(plain.loss).toBeLessThan(faint.loss);
    expect(plain.penalty).toBeLessThan(faint.penalty);
    for (const { penalty } of [plain, faint]) expect(PENALTIES).toContain(penalty);
  });

  it('has each row by fits that left it out: its label does not matter to it', async () => {
    const labels = inTurn(60, 3);
    const features = clusters('left out', labels, 10, 0.6);
    const kernel = await kernelOf(features);
    const plan = planOf(labels, 5, 2);
    const before = await crossValidate(kernel, { labels, classes: 3 }, plan);
    const other = labels.with(7, 2);
    const after = await crossValidate(kernel, { labels: other, classes: 3 }, plan);
    expect(after.penalty).toBe(before.penalty);
    const [own, moved] = [before, after].map(({ probabilities }) => rowOf(probabilities, 7, 3));
    // Fits of one batch take the same number of iterations, which leaves a trace.
    expect(gapOf(own as Float32Array, moved as Float32Array)).toBeLessThan(5e-3);
    expect(gapOf(before.probabilities, after.probabilities)).toBeGreaterThan(0.03);
  });

  it('averages what each fold says by itself over the repeats', async () => {
    const labels = inTurn(40, 2);
    const kernel = await kernelOf(clusters('by itself', labels, 6, 0.5));
    const plan = planOf(labels, 4, 3);
    const weights = Float64Array.from(labels, (label) => 1 + label);
    const { penalty, probabilities, loss } = await crossValidate(
      kernel,
      { labels, classes: 2, weights },
      plan,
    );
    const expected = new Float32Array(80);
    for (const fold of plan.assignments) {
      for (let f = 0; f < 4; f++) {
        const mask = weights.map((weight, row) => (fold[row] === f ? 0 : weight));
        const count = mask.filter((weight) => weight > 0).length;
        const problem = { kernel, labels, classes: 2, weights: [mask] };
        const { scores, bias } = await solveLogistic(problem, { penalties: [penalty / count], tolerance: 0 });
        fold.forEach((own, row) => {
          if (own !== f) return;
          const logits = Float64Array.from(bias, (b, c) => b + (scores[2 * row + c] as number));
          toSoftmax(logits);
          logits.forEach((p, c) => (expected[2 * row + c] = (expected[2 * row + c] as number) + p / 3));
        });
      }
    }
    expect(gapOf(probabilities, expected)).toBeLessThan(0.03);
    const losses = lossesOf(probabilities, labels, judgedRows(plan), 2);
    expect(loss).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / 40, 10);
  });

  it('learns from examples that are never left out, and does not judge them', async () => {
    const labels = inTurn(60, 2);
    const kernel = await kernelOf(clusters('never', labels, 8, 0.8));
    const assignment = Int32Array.from(labels, (_, row) => (row < 40 ? -1 : 0));
    const plan = { folds: 1, assignments: [assignment] };
    expect(judgedRows(plan)).toEqual(Array.from({ length: 20 }, (_, i) => 40 + i));
    const { probabilities, loss } = await crossValidate(kernel, { labels, classes: 2 }, plan);
    expect([...probabilities.subarray(0, 80)].every((value) => value === 0)).toBe(true);
    for (let row = 40; row < 60; row++) {
      const [a, b] = rowOf(probabilities, row, 2) as unknown as [number, number];
      expect(a + b).toBeCloseTo(1, 5);
    }
    expect(loss).toBeLessThan(0.5);
    const flipped = labels.map((label, row) => (row < 40 ? 1 - label : label));
    expect((await crossValidate(kernel, { labels: flipped, classes: 2 }, plan)).loss).toBeGreaterThan(0.69);
  });

  it('stops when it is told to', async () => {
    const labels = inTurn(20, 2);
    const kernel = await kernelOf(normals('stop', 20, 3));
    const plan = planOf(labels, 2, 1);
    const stopped = crossValidate(kernel, { labels, classes: 2 }, plan, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow();
  });

  it('gives what it has where the time is up, by the first penalty', async () => {
    const labels = inTurn(40, 2);
    const kernel = await kernelOf(normals('late', 40, 3));
    const found = await crossValidate(kernel, { labels, classes: 2 }, planOf(labels, 2, 1), {
      late: () => true,
    });
    expect(found.penalty).toBe(PENALTIES[0]);
    expect(Number.isFinite(found.loss)).toBe(true);
    expect([...found.probabilities].every((value) => value > 0 && value < 1)).toBe(true);
  });
});

it('losses are in nats, and finite for what was thought impossible', () => {
  const probabilities = Float32Array.of(0.25, 0.75, 0, 1, 0.5, 0.5);
  const losses = lossesOf(probabilities, [1, 0, 0], [2, 0, 1], 2);
  expect(losses[0]).toBeCloseTo(Math.LN2);
  expect(losses[1]).toBeCloseTo(-Math.log(0.75));
  expect(losses[2]).toBeCloseTo(-Math.log(1e-7));
});
