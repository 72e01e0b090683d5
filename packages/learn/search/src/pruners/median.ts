import { SearchError } from '../errors.js';
import type { OwnPruner } from './pruner.js';
import { isWhole, valueAt } from './rungs.js';

export interface MedianOptions {
  /** Trials that have to be complete before one is stopped. */
  readonly startupTrials?: number;
  /** Epochs of each trial that are let pass. */
  readonly warmUpEpochs?: number;
  /** Epochs of a trial that is not stopped; there is no decision there. */
  readonly maxEpochs: number;
}

/**
 * The median stopping rule: a trial stops whose best value is below the median of the best values that complete
 * trials had at the same epoch. Golovin, Solnik, Moitra, Kochanski, Karro, Sculley: Google Vizier, KDD 2017; with
 * Optuna's five startup trials. One that ended early has its best value from then on.
 *
 * @throws SearchError where an option is not a whole number in its range.
 */
export function medianPruner({ startupTrials = 5, warmUpEpochs = 1, maxEpochs }: MedianOptions): OwnPruner {
  if (!isWhole(startupTrials, 1) || !isWhole(warmUpEpochs, 0) || !isWhole(maxEpochs, 1)) {
    throw new SearchError(
      'The median pruner needs whole numbers with startupTrials and maxEpochs of 1 or more and warmUpEpochs of 0 ' +
        `or more, correct ${startupTrials}, ${maxEpochs} and ${warmUpEpochs}`,
    );
  }
  return {
    name: 'median',
    title: 'the median: below that of the others at the same epoch',
    shouldStop: ({ trial, history }) => {
      const epochs = trial.curve.length;
      if (epochs <= warmUpEpochs || epochs >= maxEpochs) return false;
      const values = history
        .filter(({ number, status }) => number !== trial.number && status === 'complete')
        .map((other) => valueAt(other, epochs));
      return values.length >= startupTrials && valueAt(trial, epochs) < medianOf(values);
    },
  };
}

/** The mean of the two in the middle where their number is even. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}
