import { choices, numberDimension } from './dimension.js';
import { only } from './method.js';

/** Howard & Ruder, 2018, section 3.2. */
export const layerDecay = numberDimension({
  label: 'Layer decay',
  help: 'Factor on the learning rate for each stage further from the output',
  limits: { low: 0, above: true, high: 1 },
  scale: 'logarithmic',
  when: only('tune'),
  whole: 1,
  beside: 'any',
  usual: () => choices(0.7, 0.85, 1),
  usually: '0.7,0.85,1',
  take: (recipe, layerDecay) => ({ ...recipe, layerDecay }),
});
