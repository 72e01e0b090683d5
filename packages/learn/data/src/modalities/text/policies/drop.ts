import { ofWords } from './shares.js';

/** Leaves words out. */
export const drop = ofWords({ drop: 0.1 });
