import { scientific } from '@espalier/study';
import { numberDimension } from './dimension.js';
import { only } from './method.js';

export const learningRate = numberDimension({
  label: 'Learning rate',
  help: 'Peak learning rate of the head',
  limits: { low: 0, above: true, high: Number.MAX_VALUE },
  scale: 'logarithmic',
  when: only('tune'),
  belief: (rate) => Math.exp(-0.5 * (Math.log10(Number(rate) / 3e-3) / 0.5) ** 2),
  beside: 'any',
  usual: () => ({ kind: 'logUniform', low: 3e-4, high: 1e-2 }),
  usually: '3e-4..1e-2',
  write: scientific,
  take: (recipe, learningRate) => ({ ...recipe, learningRate }),
});
