import { logLoss as mean } from '../probabilistic.js';
import type { Metric } from './metric.js';

/** The mean negative logarithm of the label's probability, in nats. */
export const logLoss: Metric = { label: 'Log loss', direction: 'minimise', unit: 'number', measure: mean };
