import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

/** Izmailov et al., 2018 (stochastic weight averaging), over the second half of the epochs. */
export const averaging = nameDimension({
  label: 'Averaging',
  help: 'Whether the weights of the last epochs are averaged; an average counts only where validation improves',
  names: ['none', 'epochs'],
  when: only('tune'),
  absent: 'none',
  beside: 'any',
  usual: () => choices('none'),
  usually: 'none',
  take: (recipe, value) => ({ ...recipe, averaging: value === 'epochs' ? 'epochs' : 'none' }),
});
