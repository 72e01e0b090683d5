import { accuracy as share } from '../classification.js';
import { correctness } from '../predictions.js';
import type { Metric } from './metric.js';

/** The share of examples whose most probable class is the label. */
export const accuracy: Metric = {
  label: 'Accuracy',
  direction: 'maximise',
  unit: 'share',
  measure: share,
  correct: correctness,
};
