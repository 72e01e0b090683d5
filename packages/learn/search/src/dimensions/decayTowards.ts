import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

/** Li et al., 2018 (L2-SP), decoupled from the gradient as weight decay is. */
export const decayTowards = nameDimension({
  label: 'Decay towards',
  help: 'What weight decay draws the pre-trained stages to: zero, or the weights that they came with',
  names: ['zero', 'pretrained'],
  when: only('tune'),
  absent: 'zero',
  whole: 'zero',
  usual: () => choices('zero'),
  usually: 'zero',
  take: (recipe, value) => ({ ...recipe, decayTowards: value === 'pretrained' ? 'pretrained' : 'zero' }),
});
