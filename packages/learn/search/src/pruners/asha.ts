import type { OwnPruner } from './pruner.js';
import { checkRungs, isAmongTop, isRung, othersAt, valueAt, type RungOptions } from './rungs.js';

export type AshaOptions = RungOptions;

/**
 * Asynchronous successive halving, stopping form. Li et al.: A System for Massively Parallel
 * Hyperparameter Tuning, MLSys 2020; stopping rather than pausing trials as Ray Tune does.
 *
 * Rungs are at minEpochs * reduction^k epochs. At a rung a trial goes on if its best value so far is
 * among the top 1/reduction of all values known at that rung, its own included. Equal values go on
 * together, and so does every trial while fewer than `reduction` have reached the rung. A trial
 * without a value (NaN) ranks last.
 *
 * @throws SearchError where an option is not a whole number in its range.
 */
export function ashaPruner({ minEpochs = 1, reduction = 3, maxEpochs }: AshaOptions): OwnPruner {
  checkRungs('asha', { minEpochs, reduction, maxEpochs });
  return {
    name: 'asha',
    title: 'stopped early (ASHA)',
    shouldStop: ({ trial, history }) => {
      const epochs = trial.curve.length;
      if (!isRung(epochs, minEpochs, reduction) || epochs >= maxEpochs) return false;
      return !isAmongTop(valueAt(trial, epochs), othersAt(trial, history, epochs), reduction);
    },
  };
}
