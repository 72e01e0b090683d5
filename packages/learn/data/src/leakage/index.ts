import type { Modality } from '@espalier/transfer';
import type { ScannedExample } from '../dataset.js';
import { modalities } from '../modalities/index.js';
import type { Split } from '../splits/split.js';
import type { LeakedPair } from './pair.js';

/** Finds examples of different splits that are nearly the same, nearest first. */
export const findLeakage = (
  modality: Modality,
  examples: readonly ScannedExample[],
  split: Split,
): LeakedPair[] => modalities.get(modality).findLeakage(examples, split);
