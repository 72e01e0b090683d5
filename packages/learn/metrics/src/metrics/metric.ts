import type { Groups } from '../intervals/clusters.js';
import type { Predictions } from '../predictions.js';
import type { Interval } from '../intervals/proportions.js';

/** A number that says how good predictions are. */
export interface Metric {
  /** For people: "Accuracy". */
  readonly label: string;
  readonly direction: 'maximise' | 'minimise';
  /** How its values are written: 0.93 as 93 %, or as it is. */
  readonly unit: 'share' | 'number';
  readonly measure: (predictions: Predictions) => number;
  /** The examples that count as right, where the metric is their share: its intervals are those of a proportion. */
  readonly correct?: (predictions: Predictions) => readonly boolean[];
  /** 95 % interval of its value; a jackknife's by default. */
  readonly interval?: (predictions: Predictions, groups?: Groups) => Interval;
}
