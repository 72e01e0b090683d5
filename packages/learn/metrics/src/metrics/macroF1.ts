import { confusionMatrix, macroF1 as mean } from '../classification.js';
import { macroF1Interval } from '../intervals/macro.js';
import type { Metric } from './metric.js';

/** The mean F1 of the classes. */
export const macroF1: Metric = {
  label: 'Macro F1',
  direction: 'maximise',
  unit: 'share',
  measure: (predictions) => mean(confusionMatrix(predictions)),
  interval: macroF1Interval,
};
