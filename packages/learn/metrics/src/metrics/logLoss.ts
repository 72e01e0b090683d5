import { jackknifeInterval } from '../intervals/jackknife.js';
import { selectPredictions } from '../predictions.js';
import { logLoss as mean } from '../probabilistic.js';
import type { Metric } from './metric.js';

/** Bounds a logarithm where all losses are 0. */
const LEAST = 1e-9;

/** The mean negative logarithm of the label's probability, in nats. */
export const logLoss: Metric = {
  label: 'Log loss',
  direction: 'minimise',
  unit: 'number',
  measure: mean,
  // Few examples cost much, so that the mean is skewed: its logarithm is less so.
  interval: (predictions, groups) => {
    const on = (rows: readonly number[]): number =>
      Math.log(Math.max(LEAST, mean(selectPredictions(predictions, rows))));
    const { low, high } = jackknifeInterval(predictions.labels.length, on, groups);
    return { low: Math.exp(low), high: Math.exp(high) };
  },
};
