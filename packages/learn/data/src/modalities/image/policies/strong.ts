import { drawnWithin } from './limits.js';

/** Crops closely, rotates, and changes colours. */
export const strong = drawnWithin({ flip: true, minimumArea: 0.25, rotate: 15, colour: 0.4 });
