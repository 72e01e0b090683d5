import { minimise, type Objective } from './lbfgs.js';
import { accuracyOf, type ProbeResult, type Standardised } from './problem.js';

/** Of the mean loss. */
const PENALTIES = [1e-3, 1e-2, 1e-1];

/**
 * Multinomial logistic regression with an L2 penalty on the weights and none on the intercepts; the
 * penalty that does best on validation counts.
 */
export function logisticProbe(data: Standardised): ProbeResult {
  const { width, classes, validation } = data.problem;
  let point = new Float64Array((width + 1) * classes);
  const results = PENALTIES.toReversed().map((penalty): ProbeResult => {
    // From the stronger penalty's solution the weaker one's is near.
    point = Float64Array.from(minimise((weights) => objective(data, weights, penalty), point));
    const scores = scoresOf(data.validation, point, width, classes);
    return { penalty, accuracy: accuracyOf(scores, validation.labels, classes) };
  });
  return results.reduce((best, one) => (one.accuracy > best.accuracy ? one : best));
}

/** [rows, classes] = X W + b; `weights` is [width + 1, classes] with the intercepts last. */
function scoresOf(x: Float64Array, weights: Float64Array, width: number, classes: number): Float64Array {
  const rows = x.length / width;
  const scores = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < classes; k++) {
      let sum = weights[width * classes + k] as number;
      for (let i = 0; i < width; i++)
        sum += (x[row * width + i] as number) * (weights[i * classes + k] as number);
      scores[row * classes + k] = sum;
    }
  }
  return scores;
}

/** Mean cross-entropy plus penalty/2 |W|². */
function objective({ train, problem }: Standardised, weights: Float64Array, penalty: number): Objective {
  const { width, classes } = problem;
  const { labels } = problem.train;
  const residuals = scoresOf(train, weights, width, classes);
  let value = 0;
  labels.forEach((label, row) => {
    value += softmaxResidual(residuals.subarray(row * classes, (row + 1) * classes), label) / labels.length;
  });
  const gradient = new Float64Array(weights.length);
  labels.forEach((_, row) => {
    for (let k = 0; k < classes; k++) {
      const share = (residuals[row * classes + k] as number) / labels.length;
      gradient[width * classes + k] = (gradient[width * classes + k] as number) + share;
      for (let i = 0; i < width; i++) {
        gradient[i * classes + k] =
          (gradient[i * classes + k] as number) + share * (train[row * width + i] as number);
      }
    }
  });
  for (let i = 0; i < width * classes; i++) {
    const weight = weights[i] as number;
    value += 0.5 * penalty * weight * weight;
    gradient[i] = (gradient[i] as number) + penalty * weight;
  }
  return { value, gradient };
}

/** Turns a row of scores into softmax minus one-hot, in place; gives the cross-entropy. */
function softmaxResidual(row: Float64Array, label: number): number {
  const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
  let total = 0;
  row.forEach((score, k) => (total += row[k] = Math.exp(score - most)));
  const loss = Math.log(total) - Math.log(row[label] as number);
  row.forEach((value, k) => (row[k] = value / total - (k === label ? 1 : 0)));
  return loss;
}
