import { drawnWithin } from './limits.js';

/** Crops pictures and mirrors half of them. Little data wants milder crops than the 0.08 of training from scratch. */
export const crop = drawnWithin({ flip: true, minimumArea: 0.5, rotate: 0, colour: 0 });
