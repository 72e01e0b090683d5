import { SearchError } from '../errors.js';
import { bestOf } from '../history.js';
import type { OwnPruner } from './pruner.js';

export interface AshaOptions {
  /** Epochs before the first decision. */
  readonly minEpochs?: number;
  /** One trial in this many goes on at a rung; rungs are this factor apart. */
  readonly reduction?: number;
  /** Epochs of a trial that is not stopped; there is no decision there. */
  readonly maxEpochs: number;
}

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
  if (!isWhole(minEpochs, 1) || !isWhole(reduction, 2) || !isWhole(maxEpochs, 1)) {
    throw new SearchError(
      'The asha pruner needs whole numbers with minEpochs and maxEpochs of 1 or more and reduction of 2 or ' +
        `more, correct ${minEpochs}, ${maxEpochs} and ${reduction}`,
    );
  }
  return {
    name: 'asha',
    shouldStop: ({ trial, history }) => {
      const epochs = trial.curve.length;
      if (!isRung(epochs, minEpochs, reduction) || epochs >= maxEpochs) return false;
      const valueAtRung = (curve: readonly number[]): number => bestOf(curve.slice(0, epochs)) ?? -Infinity;
      const own = valueAtRung(trial.curve);
      const others = history
        .filter(({ number, curve }) => number !== trial.number && curve.length >= epochs)
        .map(({ curve }) => valueAtRung(curve));
      const places = Math.floor((others.length + 1) / reduction);
      return places > 0 && others.filter((value) => value > own).length >= places;
    },
  };
}

function isRung(epochs: number, minEpochs: number, reduction: number): boolean {
  let rung = minEpochs;
  while (rung < epochs) rung *= reduction;
  return rung === epochs;
}

function isWhole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}
