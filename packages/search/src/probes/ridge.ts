import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { accuracyOf, type ProbeResult, type Standardised } from './problem.js';

/** Relative to the number of training examples. */
const PENALTIES = [1e-3, 1e-2, 1e-1, 1, 10];

/**
 * Ridge regression on one column a class, in closed form (Hoerl & Kennard, 1970); the penalty that does
 * best on validation counts. Solves the smaller of W = (XᵀX + λI)⁻¹XᵀY and W = Xᵀ(XXᵀ + λI)⁻¹Y:
 * O(n d min(n, d)) once and O(min(n, d)³) a penalty.
 */
export function ridgeProbe({ train, validation, problem }: Standardised): ProbeResult {
  const { width, classes } = problem;
  const rows = problem.train.labels.length;
  const x = matrixOf(train, rows, width);
  const targets = centredTargets(problem.train.labels, classes);
  const dual = rows < width;
  const gram = dual ? x.mmul(x.transpose()) : x.transpose().mmul(x);
  const right = dual ? targets : x.transpose().mmul(targets);
  const seen = matrixOf(validation, problem.validation.labels.length, width);
  // In the dual the scores of an example come from its products with the training examples.
  const read = dual ? seen.mmul(x.transpose()) : seen;
  const results = PENALTIES.map((penalty): ProbeResult => {
    const scores = read.mmul(solve(gram, penalty * rows, right));
    const flat = Float64Array.from(scores.to1DArray());
    return { penalty, accuracy: accuracyOf(flat, problem.validation.labels, classes) };
  });
  return results.reduce((best, one) => (one.accuracy >= best.accuracy ? one : best));
}

const matrixOf = (values: Float64Array, rows: number, columns: number): Matrix =>
  Matrix.from1DArray(rows, columns, values as unknown as number[]);

/** One-hot columns less their means, so that no intercept is needed. */
function centredTargets(labels: readonly number[], classes: number): Matrix {
  const targets = Matrix.zeros(labels.length, classes);
  labels.forEach((label, row) => targets.set(row, label, 1));
  return targets.subRowVector(targets.mean('column'));
}

function solve(gram: Matrix, penalty: number, right: Matrix): Matrix {
  const damped = gram.clone();
  for (let i = 0; i < damped.rows; i++) damped.set(i, i, damped.get(i, i) + penalty);
  return new CholeskyDecomposition(damped).solve(right);
}
