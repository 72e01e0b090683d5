import type { DrawnSet } from '../answer/drawn.js';

/** What a search is compared on. */
export interface Task {
  readonly drawn: DrawnSet;
  readonly seed: number;
  /** Most epochs of a trial. */
  readonly epochs: number;
  readonly trials: number;
  /** Where the files for the peers go. */
  readonly folder: string;
}

/** Seconds of the processor, and the best validation accuracy by then. */
export type Point = readonly [seconds: number, accuracy: number];
