import { registry } from '@espalier/base';
import { SearchError } from '../errors.js';
import { ashaPruner } from './asha.js';
import { nonePruner } from './none.js';
import type { Pruner } from './pruner.js';

/** What a pruner may go by. */
export interface PrunerSettings {
  /** Epochs of a trial that is not stopped. */
  readonly epochs: number;
}

/** Makes the pruner of a study. */
export type PrunerFactory = (settings: PrunerSettings) => Pruner;

/** Epochs of the first rung of successive halving. */
const RUNG = 2;

export const pruners = registry<PrunerFactory>('pruner', SearchError).of({
  none: () => nonePruner,
  asha: ({ epochs }) => ashaPruner({ minEpochs: RUNG, maxEpochs: epochs }),
});
