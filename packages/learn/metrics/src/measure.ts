import type { Groups } from './intervals/clusters.js';
import { jackknifeInterval } from './intervals/jackknife.js';
import type { Metric } from './metrics/metric.js';
import { selectPredictions, type Predictions } from './predictions.js';
import {
  accuracyInterval,
  pairedDifferenceInterval,
  type DifferenceInterval,
  type Interval,
} from './intervals/proportions.js';

/** A value of a metric with the bounds of its 95 % interval. */
export interface Measurement extends Interval {
  readonly value: number;
}

/** Measures predictions. @param groups of the examples: those of a group count as what they are worth together */
export function measure(metric: Metric, predictions: Predictions, groups?: Groups): Measurement {
  return { value: metric.measure(predictions), ...within(metric, intervalOf(metric, predictions, groups)) };
}

function intervalOf(metric: Metric, predictions: Predictions, groups?: Groups): Interval {
  if (metric.correct !== undefined) {
    const { low, high } = accuracyInterval(metric.correct(predictions), groups);
    return { low, high };
  }
  if (metric.interval !== undefined) return metric.interval(predictions, groups);
  const on = (rows: readonly number[]): number => metric.measure(selectPredictions(predictions, rows));
  return jackknifeInterval(predictions.labels.length, on, groups);
}

/** Keeps an interval within the values that a share can have. */
const within = ({ unit }: Metric, { low, high }: Interval): Interval =>
  unit === 'share' ? { low: Math.max(0, low), high: Math.min(1, high) } : { low, high };

/**
 * Compares two models on the same examples, so that what is hard for both cancels out.
 *
 * @returns by how much the first is better, with a 95 % interval: of a loss, by how much it is lower
 */
export function compare(
  metric: Metric,
  first: Predictions,
  second: Predictions,
  groups?: Groups,
): DifferenceInterval {
  if (metric.correct !== undefined) {
    return pairedDifferenceInterval(metric.correct(first), metric.correct(second), groups);
  }
  const sign = metric.direction === 'maximise' ? 1 : -1;
  const gain = (one: Predictions, other: Predictions): number =>
    sign * (metric.measure(one) - metric.measure(other));
  const on = (rows: readonly number[]): number =>
    gain(selectPredictions(first, rows), selectPredictions(second, rows));
  return { difference: gain(first, second), ...jackknifeInterval(first.labels.length, on, groups) };
}
