import { choices, numberDimension } from './dimension.js';
import { only } from './method.js';

/** Decoupled: Loshchilov & Hutter, 2019. */
export const weightDecay = numberDimension({
  label: 'Weight decay',
  help: 'Decoupled weight decay',
  limits: { low: 0, high: Number.MAX_VALUE },
  scale: 'logarithmic',
  when: only('tune'),
  beside: 'any',
  usual: () => choices(0.01, 0.05),
  usually: '0.01,0.05',
  take: (recipe, weightDecay) => ({ ...recipe, weightDecay }),
});
