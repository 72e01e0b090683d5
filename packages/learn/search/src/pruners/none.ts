import type { OwnPruner } from './pruner.js';

/** Every trial runs to its end. */
export const nonePruner: OwnPruner = {
  name: 'none',
  title: 'none: every trial runs to its last epoch',
  shouldStop: () => false,
};
