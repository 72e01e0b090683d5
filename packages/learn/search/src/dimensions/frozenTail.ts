import { choices, numberDimension } from './dimension.js';
import { only } from './method.js';

/** Lee et al., 2023 (surgical fine-tuning): with the freeze depth, any block of stages is trained. */
export const frozenTail = numberDimension({
  label: 'Frozen tail',
  help: 'How many of the last stages stay as they are, too; at least one behind the freeze depth is trained',
  limits: { low: 0, high: 1000, whole: true },
  when: only('tune'),
  absent: 0,
  whole: 0,
  beside: 'any',
  usual: () => choices(0),
  usually: '0',
  take: (recipe, frozenTail) => ({ ...recipe, frozenTail }),
});
