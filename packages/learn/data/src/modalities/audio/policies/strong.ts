import { drawnWithin } from './limits.js';

/** Changes all that the other policies change. */
export const strong = drawnWithin({ anywhere: true, shift: 0.1, gain: 6, noise: [10, 30], mask: 0.15 });
