import { choices, numberDimension } from './dimension.js';
import { only } from './method.js';

/** Szegedy et al., 2016, section 7. */
export const labelSmoothing = numberDimension({
  label: 'Label smoothing',
  help: 'Share of each target that is spread over all classes',
  limits: { low: 0, high: 1, below: true },
  when: only('tune'),
  beside: 'any',
  usual: () => choices(0.05),
  usually: '0.05',
  take: (recipe, labelSmoothing) => ({ ...recipe, labelSmoothing }),
});
