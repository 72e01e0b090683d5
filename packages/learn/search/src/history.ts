import type { Configuration } from '@espalier/study';

/** What samplers and pruners see of a trial. */
export interface ObservedTrial {
  /** 0, 1, 2... in the order in which trials started. */
  readonly number: number;
  readonly configuration: Configuration;
  readonly status: 'running' | 'complete' | 'pruned' | 'failed';
  /** Objective after each epoch, on the validation split, higher is better. */
  readonly curve: readonly number[];
  /**
   * What it gains by each of several objectives, higher is better: the study's own first, at its best epoch.
   * Empty before the first epoch; absent where only the curve is known.
   */
  readonly gains?: readonly number[];
}

/** What a trial gains by each objective; by its curve where nothing else is known. */
export function gainsOf(trial: ObservedTrial): readonly number[] {
  const best = bestValue(trial);
  return trial.gains ?? (best === null ? [] : [best]);
}

/** Best value of a trial's curve, or null where no epoch has a value. NaN counts as no value. */
export function bestValue(trial: ObservedTrial): number | null {
  return bestOf(trial.curve);
}

/** Best value of a curve; see bestValue. */
export function bestOf(curve: readonly number[]): number | null {
  let best: number | null = null;
  for (const value of curve) {
    if (!Number.isNaN(value) && (best === null || value > best)) best = value;
  }
  return best;
}
