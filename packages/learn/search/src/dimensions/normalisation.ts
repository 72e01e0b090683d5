import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

export const normalisation = nameDimension({
  label: 'Normalisation',
  help: 'Whether the scales and shifts of normalisation layers are trained; their statistics never are',
  names: ['train', 'freeze'],
  when: only('tune'),
  absent: 'train',
  whole: 'train',
  beside: 'any',
  usual: () => choices('train'),
  usually: 'train',
  take: (recipe, value) => ({ ...recipe, normalisation: value === 'freeze' ? 'freeze' : 'train' }),
});
