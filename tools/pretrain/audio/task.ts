import type { RunKey } from '../checkpoint.js';
import type { PretrainingTask } from '../task.js';
import { buildNetwork, LOG_MEL } from './network.js';
import { createSoundSet } from './soundSet.js';

/** Telling the classes of synthesised sounds apart. */
export const audioTask = ({ seed, classes }: Pick<RunKey, 'seed' | 'classes'>): PretrainingTask => ({
  network: buildNetwork(),
  dims: LOG_MEL,
  set: createSoundSet(seed, classes),
  noun: 'sounds',
});
