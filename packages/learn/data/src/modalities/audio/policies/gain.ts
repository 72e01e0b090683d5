import { drawnWithin } from './limits.js';

/** Makes recordings louder or softer. */
export const gain = drawnWithin({ gain: 6 });
