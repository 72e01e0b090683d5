import { ofWords } from './shares.js';

/** Drops, swaps and misspells words. */
export const strong = ofWords({ drop: 0.1, swap: 0.1, misspell: 0.1 });
