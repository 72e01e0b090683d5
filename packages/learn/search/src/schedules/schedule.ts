/** A moment of a training run. */
export interface Moment {
  /** Optimiser steps taken before this one, in [0, totalSteps). */
  readonly step: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Validation loss of the finished epochs, in order. */
  readonly losses: readonly number[];
}

/**
 * How the learning rate changes during a run: a pure function, so that a resumed run goes on as it
 * would have.
 */
export interface Schedule {
  readonly name: string;
  /**
   * Factor in (0, 1] on the trial's learning rate for this step.
   * @throws SearchError where the step is not one of the run's.
   */
  factor(at: Moment): number;
}

/** From `from` (share 0) to `to` (share 1) along half a cosine. */
export function cosineBetween(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}
