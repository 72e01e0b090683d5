import { drawnWithin } from './limits.js';

/** Lays noise over recordings. */
export const noise = drawnWithin({ noise: [10, 30] });
