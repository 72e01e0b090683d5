import type { Policy } from '../../policy.js';
import type { TextView } from '../views.js';

/**
 * Makes a policy that changes shares of the words. The operations are those of EDA (Wei & Zou, 2019) that
 * need no dictionary, and misspellings. Cleaning is not among them: text reaches the tokenizer as it is written.
 */
export const ofWords = (shares: Partial<Omit<TextView, 'stream'>>): Policy<TextView> => ({
  usual: false,
  view: ({ stream }) => ({ drop: 0, swap: 0, misspell: 0, ...shares, stream }),
});
