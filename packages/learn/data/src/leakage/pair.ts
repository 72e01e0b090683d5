import type { SplitName } from '../dataset.js';

export interface LeakMember {
  /** Index into the examples. */
  readonly index: number;
  readonly id: string;
  readonly split: SplitName;
}

/** Two examples that are nearly the same and stand in different splits. */
export interface LeakedPair {
  /** Its split comes first in the order train, validation, test. */
  readonly a: LeakMember;
  readonly b: LeakMember;
  /** 0 for the same; for pictures and recordings bits of a hash, for texts the percentage not shared. */
  readonly distance: number;
}
