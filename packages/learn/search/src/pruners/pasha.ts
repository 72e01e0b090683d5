import type { ObservedTrial } from '../history.js';
import type { OwnPruner } from './pruner.js';
import { checkRungs, isAmongTop, othersAt, valueAt, type RungOptions } from './rungs.js';
import { isStable } from './pasha/ranking.js';

/**
 * PASHA: successive halving of which the largest rung grows only while it is of use. Bohdal et al.: PASHA: Efficient
 * HPO and NAS with Progressive Resource Allocation, ICLR 2023.
 *
 * Rungs are those of ASHA, and so are its decisions, up to the largest rung: the second at first, and one further
 * wherever the trials that reached it are ranked otherwise there than at the rung before, by more than their noise.
 * At the largest rung a trial stops unless it is the best that got there. PASHA would stop that too, and train it
 * anew once the search is over; a study has no such end, so the best goes on and its answer has been trained in full.
 *
 * @throws SearchError where an option is not a whole number in its range.
 */
export function pashaPruner({ minEpochs = 1, reduction = 3, maxEpochs }: RungOptions): OwnPruner {
  checkRungs('pasha', { minEpochs, reduction, maxEpochs });
  const rungs: number[] = [];
  for (let rung = minEpochs; rung < maxEpochs; rung *= reduction) rungs.push(rung);
  return {
    name: 'pasha',
    title: 'PASHA: as long as the order of the best is not settled',
    shouldStop: ({ trial, history }) => {
      const epochs = trial.curve.length;
      if (!rungs.includes(epochs)) return false;
      const all = [...history.filter(({ number }) => number !== trial.number), trial];
      const [own, others] = [valueAt(trial, epochs), othersAt(trial, history, epochs)];
      if (epochs < largestRung(rungs, all)) return !isAmongTop(own, others, reduction);
      return others.some((value) => value >= own);
    },
  };
}

/** The first rung from the second on whose ranking is that of the one before; Infinity where there is none. */
export function largestRung(rungs: readonly number[], trials: readonly ObservedTrial[]): number {
  const stable = rungs.find((_, i) => i > 0 && isStable(rungs.slice(0, i + 1), trials));
  return stable ?? Infinity;
}
