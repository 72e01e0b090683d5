import type { ObservedTrial } from '../history.js';

export interface PruneRequest {
  /** The trial after an epoch; its curve holds the epochs so far. */
  readonly trial: ObservedTrial;
  /** All trials, in any order; the trial itself may be among them. */
  readonly history: readonly ObservedTrial[];
}

/** Decides after each epoch whether a trial is worth another: a pure function of its request. */
export interface Pruner {
  readonly name: string;
  /** What it does, for lists; its name where it is absent. */
  readonly title?: string;
  shouldStop(request: PruneRequest): boolean | Promise<boolean>;
  /** Why another goes on in its place, for people; null while none does. */
  replaced?(): string | null;
}

/** A pruner that comes with Espalier and answers at once. */
export interface OwnPruner extends Pruner {
  shouldStop(request: PruneRequest): boolean;
}
