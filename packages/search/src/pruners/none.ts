import type { Pruner } from './pruner.js';

/** Every trial runs to its end. */
export const nonePruner: Pruner = { name: 'none', shouldStop: () => false };
