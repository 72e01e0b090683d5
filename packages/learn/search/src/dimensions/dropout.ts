import { choices, numberDimension } from './dimension.js';
import { only } from './method.js';

/** Srivastava et al., 2014. */
export const dropout = numberDimension({
  label: 'Dropout',
  help: 'Share of the features that are dropped before the head while it trains',
  limits: { low: 0, high: 1, below: true },
  when: only('tune'),
  beside: 'any',
  usual: () => choices(0.1),
  usually: '0.1',
  take: (recipe, dropout) => ({ ...recipe, dropout }),
});
