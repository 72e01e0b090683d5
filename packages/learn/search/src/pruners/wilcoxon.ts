import { SearchError } from '../errors.js';
import { bestValue, type ObservedTrial } from '../history.js';
import type { OwnPruner } from './pruner.js';
import { isWhole } from './rungs.js';
import { signedRankBelow } from './wilcoxon/signedRank.js';

export interface WilcoxonOptions {
  /** A trial stops where chance alone would put it as far behind with a probability below this, in (0, 1). */
  readonly threshold?: number;
  /** Epochs of each trial that are let pass. */
  readonly startupEpochs?: number;
  /** Epochs of a trial that is not stopped; there is no decision there. */
  readonly maxEpochs: number;
}

/**
 * Stops a trial that is behind the best complete one epoch by epoch, by Wilcoxon's signed-rank test of their paired
 * values, as Optuna's WilcoxonPruner. One that is not behind on average goes on whatever the test says. Epochs where
 * either has no value are left out; epochs of a curve depend on each other, so that the probability is one in name.
 *
 * @throws SearchError where an option is out of its range.
 */
export function wilcoxonPruner({
  threshold = 0.1,
  startupEpochs = 2,
  maxEpochs,
}: WilcoxonOptions): OwnPruner {
  if (!(threshold > 0 && threshold < 1) || !isWhole(startupEpochs, 0) || !isWhole(maxEpochs, 1)) {
    throw new SearchError(
      'The wilcoxon pruner needs a threshold between 0 and 1 and whole numbers with startupEpochs of 0 or more and ' +
        `maxEpochs of 1 or more, correct ${threshold}, ${startupEpochs} and ${maxEpochs}`,
    );
  }
  return {
    name: 'wilcoxon',
    title: 'Wilcoxon: worse than the best trial by a signed-rank test',
    shouldStop: ({ trial, history }) => {
      const epochs = trial.curve.length;
      if (epochs <= startupEpochs || epochs >= maxEpochs) return false;
      const best = bestComplete(history.filter(({ number }) => number !== trial.number));
      if (best === null) return false;
      const differences = trial.curve
        .slice(0, best.curve.length)
        .map((value, epoch) => value - (best.curve[epoch] ?? NaN))
        .filter((difference) => !Number.isNaN(difference));
      const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
      return mean < 0 && signedRankBelow(differences) < threshold;
    },
  };
}

/** Of equals the earlier one. */
function bestComplete(history: readonly ObservedTrial[]): ObservedTrial | null {
  const valueOf = (trial: ObservedTrial): number => bestValue(trial) ?? -Infinity;
  const [best] = history
    .filter(({ status }) => status === 'complete')
    .sort((a, b) => valueOf(b) - valueOf(a) || a.number - b.number);
  return best ?? null;
}
