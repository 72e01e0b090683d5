import { balancedAccuracy as mean, confusionMatrix } from '../classification.js';
import type { Metric } from './metric.js';

/** The mean recall of the classes, so that a rare class counts like a common one. */
export const balancedAccuracy: Metric = {
  label: 'Balanced accuracy',
  direction: 'maximise',
  unit: 'share',
  measure: (predictions) => mean(confusionMatrix(predictions)),
};
