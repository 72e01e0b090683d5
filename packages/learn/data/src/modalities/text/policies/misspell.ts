import { ofWords } from './shares.js';

/** Lets neighbouring letters change places. */
export const misspell = ofWords({ misspell: 0.1 });
