import { SearchError } from './errors.js';

export interface EarlyStoppingOptions {
  /** Epochs without improvement after which to stop, 1 or more; null never stops. */
  readonly patience: number | null;
  /** A value improves on the best where it is higher by more than this, 0 or more. */
  readonly minDelta?: number;
}

/**
 * A rule that says of a curve (objective after each epoch, higher is better) whether to stop: its
 * best value is `patience` epochs old. Goodfellow, Bengio, Courville: Deep Learning (2016),
 * algorithm 7.1. NaN is never an improvement.
 *
 * @throws SearchError where an option is out of its range.
 */
export function earlyStopping({
  patience,
  minDelta = 0,
}: EarlyStoppingOptions): (curve: readonly number[]) => boolean {
  if (patience !== null && !(Number.isInteger(patience) && patience >= 1)) {
    throw new SearchError(
      `Early stopping needs a patience of 1 epoch or more, or null to train on, not ${patience}`,
    );
  }
  if (!(minDelta >= 0))
    throw new SearchError(`Early stopping needs a minDelta of 0 or more, not ${minDelta}`);
  return (curve) => patience !== null && epochsSinceBest(curve, minDelta) >= patience;
}

/** Counts from the start while no epoch has a value. */
function epochsSinceBest(curve: readonly number[], minDelta: number): number {
  let best = -Infinity;
  let since = 0;
  for (const value of curve) {
    since++;
    if (value > best + minDelta) {
      best = value;
      since = 0;
    }
  }
  return since;
}
