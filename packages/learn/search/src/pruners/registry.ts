import { registry } from '@espalier/base';
import { SearchError } from '../errors.js';
import { ashaPruner } from './asha.js';
import { hyperbandPruner } from './hyperband.js';
import { medianPruner } from './median.js';
import { nonePruner } from './none.js';
import { pashaPruner } from './pasha.js';
import type { Pruner } from './pruner.js';
import { wilcoxonPruner } from './wilcoxon.js';

/** What a pruner may go by. */
export interface PrunerSettings {
  /** Epochs of a trial that is not stopped. */
  readonly epochs: number;
}

/** Makes the pruner of a study. */
export type PrunerFactory = (settings: PrunerSettings) => Pruner;

/** Epochs of the first rung of successive halving: rates warm up before, and the highest look worst then. */
const RUNG = 3;

export const pruners = registry<PrunerFactory>('pruner', SearchError).of({
  none: () => nonePruner,
  asha: ({ epochs }) => ashaPruner({ minEpochs: RUNG, maxEpochs: epochs }),
  hyperband: ({ epochs }) => hyperbandPruner({ minEpochs: RUNG, maxEpochs: epochs }),
  pasha: ({ epochs }) => pashaPruner({ minEpochs: RUNG, maxEpochs: epochs }),
  median: ({ epochs }) => medianPruner({ maxEpochs: epochs }),
  wilcoxon: ({ epochs }) => wilcoxonPruner({ maxEpochs: epochs }),
});
