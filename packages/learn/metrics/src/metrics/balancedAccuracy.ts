import { balancedAccuracy as mean, confusionMatrix } from '../classification.js';
import { balancedInterval } from '../intervals/balanced.js';
import { correctness } from '../predictions.js';
import type { Metric } from './metric.js';

/** The mean recall of the classes, so that a rare class counts like a common one. */
export const balancedAccuracy: Metric = {
  label: 'Balanced accuracy',
  direction: 'maximise',
  unit: 'share',
  measure: (predictions) => mean(confusionMatrix(predictions)),
  interval: (predictions, groups) => balancedInterval(correctness(predictions), predictions.labels, groups),
};
