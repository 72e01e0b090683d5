import { MetricsError } from './errors.js';
import { at, predictedOf, tableOf, type Predictions } from './predictions.js';

/** Float32's epsilon: a probability that rounded to 0 costs 15.9 nats, and not infinitely many. */
const smallest = 2 ** -23;

/** Mean of -ln p(label), in nats. */
export function logLoss(predictions: Predictions): number {
  const { values, labels, classes } = tableOf(predictions);
  const losses = labels.map((label, i) => -Math.log(Math.max(at(values, i * classes + label), smallest)));
  return losses.reduce((sum, loss) => sum + loss, 0) / labels.length;
}

/** Mean squared distance of the probabilities to the one-hot label, 0..2 (Brier, 1950). */
export function brierScore(predictions: Predictions): number {
  const { values, labels, classes } = tableOf(predictions);
  let sum = 0;
  for (const [example, label] of labels.entries()) {
    for (let c = 0; c < classes; c++) {
      sum += (at(values, example * classes + c) - (c === label ? 1 : 0)) ** 2;
    }
  }
  return sum / labels.length;
}

/** The examples whose confidence lies in (low, high]. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability of the predicted class; 0 in an empty bin. */
  readonly confidence: number;
  /** Share of correct predictions; 0 in an empty bin. */
  readonly accuracy: number;
}

export interface Calibration {
  /** Expected calibration error, 0..1: mean |accuracy - confidence| over the bins, by their counts. */
  readonly error: number;
  readonly bins: readonly ReliabilityBin[];
}

/**
 * Expected calibration error over bins of equal width, with the bins of the reliability diagram.
 * Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks (ICML 2017); their 15 bins.
 */
export function calibration(predictions: Predictions, binCount = 15): Calibration {
  if (!Number.isInteger(binCount) || binCount < 1) {
    throw new MetricsError(`Calibration needs at least one bin, got ${binCount}`);
  }
  const table = tableOf(predictions);
  const sums = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, correct: 0 }));
  for (const [example, predicted] of predictedOf(table).entries()) {
    const confidence = at(table.values, example * table.classes + predicted);
    const index = Math.min(binCount, Math.max(1, Math.ceil(confidence * binCount))) - 1;
    const bin = sums[index] as (typeof sums)[number];
    bin.count += 1;
    bin.confidence += confidence;
    bin.correct += predicted === table.labels[example] ? 1 : 0;
  }
  const bins = sums.map(({ count, confidence, correct }, index) => ({
    low: index / binCount,
    high: (index + 1) / binCount,
    count,
    confidence: count === 0 ? 0 : confidence / count,
    accuracy: count === 0 ? 0 : correct / count,
  }));
  const weighted = bins.map((bin) => bin.count * Math.abs(bin.accuracy - bin.confidence));
  return { error: weighted.reduce((sum, gap) => sum + gap, 0) / table.labels.length, bins };
}
