import { drawnWithin } from './limits.js';

/** Changes colours as well as crop and direction. */
export const colour = drawnWithin({ flip: true, minimumArea: 0.5, rotate: 0, colour: 0.2 });
