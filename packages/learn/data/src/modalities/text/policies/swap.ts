import { ofWords } from './shares.js';

/** Lets neighbouring words change places. */
export const swap = ofWords({ swap: 0.1 });
