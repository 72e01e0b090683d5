import { createRandom } from '@espalier/random';
import { MetricsError } from './errors.js';
import { at } from './predictions.js';

export interface BootstrapOptions {
  /** Names the random stream; the same seed gives the same interval. */
  readonly seed: number;
  /** Resamples of the test set. */
  readonly replicates?: number;
  /** Coverage of the interval, between 0 and 1. */
  readonly level?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface AccuracyInterval extends Interval {
  readonly accuracy: number;
}

export interface DifferenceInterval extends Interval {
  /** Accuracy of the first model minus accuracy of the second. */
  readonly difference: number;
}

/**
 * Percentile bootstrap interval of the accuracy.
 * Efron, Tibshirani: An Introduction to the Bootstrap (1993), chapter 13.
 */
export function bootstrapAccuracy(correct: readonly boolean[], options: BootstrapOptions): AccuracyInterval {
  const outcomes = correct.map(Number);
  return { accuracy: meanOf(outcomes), ...intervalOfMean(outcomes, options) };
}

/**
 * Percentile bootstrap interval of the difference in accuracy of two models on the same examples.
 * Each resample takes an example for both models, so that what is hard for both cancels out.
 */
export function bootstrapDifference(
  first: readonly boolean[],
  second: readonly boolean[],
  options: BootstrapOptions,
): DifferenceInterval {
  if (first.length !== second.length) {
    throw new MetricsError(
      `A paired bootstrap needs both models on the same examples, got ${first.length} and ${second.length}`,
    );
  }
  const outcomes = first.map((correct, example) => Number(correct) - Number(second[example]));
  return { difference: meanOf(outcomes), ...intervalOfMean(outcomes, options) };
}

function intervalOfMean(
  outcomes: readonly number[],
  { seed, replicates = 2000, level = 0.95 }: BootstrapOptions,
): Interval {
  if (!Number.isInteger(replicates) || replicates < 1 || !(level > 0 && level < 1)) {
    throw new MetricsError(
      `A bootstrap needs replicates >= 1 and a level in (0, 1): ${replicates}, ${level}`,
    );
  }
  const random = createRandom(seed, 'bootstrap');
  const means = new Float64Array(replicates);
  for (let r = 0; r < replicates; r++) {
    let sum = 0;
    for (let i = 0; i < outcomes.length; i++) sum += at(outcomes, random.integer(outcomes.length));
    means[r] = sum / outcomes.length;
  }
  means.sort();
  return { low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2) };
}

/** Linear between the two nearest order statistics. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return at(sorted, below) + (position - below) * (at(sorted, above) - at(sorted, below));
}

function meanOf(outcomes: readonly number[]): number {
  if (outcomes.length === 0) throw new MetricsError('There are no examples to resample');
  return outcomes.reduce((sum, outcome) => sum + outcome, 0) / outcomes.length;
}
