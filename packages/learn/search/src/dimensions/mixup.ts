import { choices, numberDimension } from './dimension.js';
import { only } from './method.js';

/** Zhang et al., 2018, in the space of the cached activations, as Verma et al., 2019, mix hidden states. */
export const mixup = numberDimension({
  label: 'Mixup',
  help: 'How much pairs of training examples are mixed: the parameter of a Beta distribution, 0 for not at all',
  limits: { low: 0, high: 8 },
  modalities: ['image', 'audio'],
  when: only('tune'),
  absent: 0,
  usual: () => choices(0),
  usually: '0',
  take: (recipe, mixup) => ({ ...recipe, mixup }),
});
