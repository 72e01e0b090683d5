import type { RunKey } from './checkpoint.js';
import { createFormulaSet } from './formula/picture.js';
import { buildNetwork, INPUT_SIZE } from './network.js';
import type { PretrainingTask } from './task.js';

/** Telling the classes of formula pictures apart. */
export const visionTask = ({ seed, classes }: Pick<RunKey, 'seed' | 'classes'>): PretrainingTask => ({
  network: buildNetwork(),
  dims: [3, INPUT_SIZE, INPUT_SIZE],
  set: createFormulaSet(seed, classes, INPUT_SIZE),
  noun: 'pictures',
});
