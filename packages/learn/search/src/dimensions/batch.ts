import { choices, numberDimension } from './dimension.js';
import { only } from './method.js';

export const batch = numberDimension({
  label: 'Batch size',
  help: 'Examples a training step',
  limits: { low: 1, high: 4096, whole: true },
  scale: 'logarithmic',
  when: only('tune'),
  beside: 'alike',
  usual: () => choices(32),
  usually: '32',
  take: (recipe, batch) => ({ ...recipe, batch }),
});
