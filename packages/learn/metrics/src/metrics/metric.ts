import type { Predictions } from '../predictions.js';

/** A number that says how good predictions are. */
export interface Metric {
  /** For people: "Accuracy". */
  readonly label: string;
  readonly direction: 'maximise' | 'minimise';
  /** How its values are written: 0.93 as 93 %, or as it is. */
  readonly unit: 'share' | 'number';
  readonly measure: (predictions: Predictions) => number;
}
