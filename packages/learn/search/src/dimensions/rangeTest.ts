import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

/** Smith, 2017. */
export const rangeTest = nameDimension({
  label: 'Range test',
  help: 'Whether a short test of rising learning rates bounds that of a trial, for its backbone and freeze depth',
  names: ['off', 'on'],
  when: only('tune'),
  absent: 'off',
  whole: 'off',
  usual: () => choices('off'),
  usually: 'off',
  take: (recipe, value) => ({ ...recipe, rangeTest: value === 'on' ? 'on' : 'off' }),
});
