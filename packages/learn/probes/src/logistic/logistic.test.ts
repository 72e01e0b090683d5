import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitLogistic } from '../judging/crossValidate.js';
import { shareOf, sumKernel } from '../kernels/kernel.js';
import { solveLogistic, toSoftmax, type LogisticProblem, type LogisticState } from './logistic.js';
import { matrix, type Matrix } from '../kernels/matrix.js';
import { primalOf } from '../kernels/primal.js';
import { standardisationOf, standardised } from '../kernels/standardise.js';
import { clusters, gapOf, inTurn, kernelOf } from '../testing/problems.js';

interface Golden {
  readonly name: string;
  readonly rows: number;
  readonly width: number;
  readonly classes: number;
  readonly penalty: number;
  readonly features: number[];
  readonly labels: number[];
  readonly weights: number[] | null;
  readonly weight: number[];
  readonly bias: number[];
  readonly probabilities: number[];
}

const path = new URL('../../goldens/logistic.golden.json', import.meta.url);
const goldens = JSON.parse(readFileSync(path, 'utf8')) as Golden[];

/** Far more than a fit needs: until rounding ends it. */
const EXACT = { tolerance: 0, iterations: 400 };

/** Probabilities [rows, classes] of a linear layer. */
function applied(features: Matrix, weight: Matrix, bias: ArrayLike<number>): number[] {
  return Array.from({ length: features.rows }, (_, row) => {
    const logits = Float64Array.from(bias);
    for (let i = 0; i < features.columns; i++) {
      const x = features.data[row * features.columns + i] as number;
      logits.forEach((z, c) => (logits[c] = z + x * (weight.data[i * logits.length + c] as number)));
    }
    toSoftmax(logits);
    return [...logits];
  }).flat();
}

/** Coefficients or scores [rows, classes] of one fit among several. */
function ofFit({ shape }: LogisticState, values: Float32Array, fit: number): Float32Array {
  const { rows, fits, classes } = shape;
  return Float32Array.from({ length: rows * classes }, (_, i) => {
    const at = (Math.floor(i / classes) * fits + fit) * classes;
    return values[at + (i % classes)] as number;
  });
}

describe.each(goldens)('like scikit-learn: $name', (golden) => {
  const { rows, width, classes, penalty, labels } = golden;
  const features = matrix(rows, width, Float32Array.from(golden.features));
  const weights = Float64Array.from(golden.weights ?? labels.map(() => 1));
  const layerOf = (coefficients: Float32Array, fitted: Float64Array) => {
    const { weight, bias } = primalOf(features, standardisationOf(features), coefficients, 1);
    return { weight, bias: bias.map((value, c) => value + (fitted[c] as number)) };
  };

  it('has its weights, intercepts and probabilities', async () => {
    const problem = { kernel: await kernelOf(features), labels, classes, weights: [weights] };
    const state = await solveLogistic(problem, { penalties: [penalty / rows], ...EXACT });
    const { weight, bias } = layerOf(state.coefficients, state.bias);
    const largest = Math.max(...golden.weight.map(Math.abs));
    expect(gapOf(weight.data, golden.weight) / largest).toBeLessThan(5e-4);
    expect(gapOf(bias, golden.bias)).toBeLessThan(5e-3);
    expect(gapOf(applied(features, weight, bias), golden.probabilities)).toBeLessThan(5e-4);
  });

  it('comes close with the tolerance of a last fit', async () => {
    const kernel = await kernelOf(features);
    const { coefficients, bias } = await fitLogistic(kernel, { labels, classes, weights }, penalty);
    const layer = layerOf(coefficients, bias);
    expect(gapOf(applied(features, layer.weight, layer.bias), golden.probabilities)).toBeLessThan(0.01);
  });
});

it('reads several blocks as the sum of a layer on each', async () => {
  const labels = inTurn(24, 3);
  const blocks = [clusters('one', labels, 5, 0.7), clusters('two', labels, 9, 0.3)] as const;
  const weights = [1, 3];
  const kernels = [await kernelOf(blocks[0]), await kernelOf(blocks[1])];
  const kernel = sumKernel(kernels, weights);
  const { coefficients } = await fitLogistic(kernel, { labels, classes: 3 }, 0.04);
  const expected = await kernel.apply(matrix(24, 3, coefficients));
  const scores = new Float64Array(24 * 3);
  blocks.forEach((features, k) => {
    const { columns, data } = features;
    const layer = primalOf(features, standardisationOf(features), coefficients, shareOf(weights, k));
    scores.forEach((score, at) => {
      const [row, c] = [Math.floor(at / 3), at % 3];
      const terms = Array.from(
        { length: columns },
        (_, i) => Number(data[row * columns + i]) * Number(layer.weight.data[i * 3 + c]),
      );
      scores[at] = terms.reduce((a, b) => a + b, score + (layer.bias[c] as number));
    });
  });
  expect(gapOf(scores, expected.data)).toBeLessThan(1e-4);
  expect(Math.max(...scores)).toBeGreaterThan(0.5);
});

describe('fits together', () => {
  const labels = inTurn(48, 3);
  const features = clusters('together', labels, 7, 0.5);
  const penalties = [0.2, 0.01, 0.001];
  const weights = penalties.map((_, fit) =>
    Float64Array.from(labels, (_, row) => (row % 5 === fit ? 0 : 1 + (row % (fit + 2)))),
  );
  const problemOf = async (only: readonly Float64Array[]): Promise<LogisticProblem> => ({
    kernel: await kernelOf(features),
    labels,
    classes: 3,
    weights: only,
  });

  it('end where each alone ends', async () => {
    const together = await solveLogistic(await problemOf(weights), { penalties, ...EXACT });
    for (const [fit, own] of weights.entries()) {
      const options = { penalties: [penalties[fit] as number], ...EXACT };
      const alone = await solveLogistic(await problemOf([own]), options);
      expect(gapOf(ofFit(together, together.scores, fit), alone.scores)).toBeLessThan(2e-3);
      expect(gapOf(together.bias.subarray(3 * fit, 3 * fit + 3), alone.bias)).toBeLessThan(2e-3);
    }
  });

  it('end at the same optimum from a warm start, and get there sooner', async () => {
    const problem = await problemOf(weights);
    const cold = await solveLogistic(problem, { penalties, ...EXACT });
    const before = await solveLogistic(problem, { penalties: penalties.map((value) => 3 * value) });
    const warm = await solveLogistic(problem, { penalties, ...EXACT, start: before });
    expect(gapOf(before.scores, cold.scores)).toBeGreaterThan(0.1);
    expect(gapOf(warm.scores, cold.scores)).toBeLessThan(2e-3);
    const few = { penalties, tolerance: 0, iterations: 5 };
    const near = await solveLogistic(problem, { ...few, start: cold });
    const far = await solveLogistic(problem, few);
    expect(gapOf(near.scores, cold.scores)).toBeLessThan(2e-3);
    expect(gapOf(far.scores, cold.scores)).toBeGreaterThan(0.1);
  });

  it('leave no gradient, and nothing to examples that do not count', async () => {
    const state = await solveLogistic(await problemOf(weights), { penalties, ...EXACT });
    const z = standardised(features, standardisationOf(features));
    for (const [fit, own] of weights.entries()) {
      const coefficients = ofFit(state, state.coefficients, fit);
      const { primal, intercepts, size } = gradientAt(z, coefficients, {
        bias: state.bias.subarray(3 * fit, 3 * fit + 3),
        labels,
        weights: own,
        penalty: penalties[fit] as number,
      });
      expect(Math.max(...primal.map(Math.abs)) / size).toBeLessThan(2e-3);
      expect(Math.max(...intercepts.map(Math.abs))).toBeLessThan(2e-4);
      own.forEach((weight, row) => {
        if (weight > 0) return;
        expect([...coefficients.subarray(3 * row, 3 * row + 3)]).toEqual([0, 0, 0]);
      });
    }
  });
});

interface Fit {
  readonly bias: Float64Array;
  readonly labels: readonly number[];
  readonly weights: Float64Array;
  readonly penalty: number;
}

/** The gradient of the weights Zᵀ A and of the intercepts, from the definition of the objective. */
function gradientAt(z: Matrix, coefficients: Float32Array, { bias, labels, weights, penalty }: Fit) {
  const classes = bias.length;
  const at = (row: number, i: number): number => z.data[row * z.columns + i] as number;
  const sumOver = (i: number, values: ArrayLike<number>, c: number): number =>
    labels.reduce((sum, _, row) => sum + at(row, i) * (values[row * classes + c] as number), 0);
  const everywhere = (of: (i: number, c: number) => number): number[] =>
    Array.from({ length: z.columns * classes }, (_, k) => of(Math.floor(k / classes), k % classes));
  const weight = everywhere((i, c) => sumOver(i, coefficients, c));
  const probabilities = applied(z, matrix(z.columns, classes, Float32Array.from(weight)), bias);
  const total = weights.reduce((a, b) => a + b, 0);
  const residuals = probabilities.map((probability, k) => {
    const row = Math.floor(k / classes);
    return ((weights[row] as number) / total) * (probability - Number(labels[row] === k % classes));
  });
  return {
    primal: everywhere((i, c) => sumOver(i, residuals, c) + penalty * (weight[i * classes + c] as number)),
    intercepts: Array.from({ length: classes }, (_, c) =>
      labels.reduce((sum, _, row) => sum + (residuals[row * classes + c] as number), 0),
    ),
    /** What a part of the gradient amounts to that has to cancel out. */
    size: penalty * Math.max(...weight.map(Math.abs)),
  };
}
