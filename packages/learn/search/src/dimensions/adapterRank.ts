import { choices, numberDimension } from './dimension.js';
import { only } from './method.js';

/** Hu et al., 2022 (LoRA). */
export const adapterRank = numberDimension({
  label: 'Adapter rank',
  help: 'Rank of the adapters (LoRA) that linear layers and 1x1 convolutions learn while the weights of the stages stay as they are; 0 trains the weights',
  limits: { low: 0, high: 1024, whole: true },
  scale: 'logarithmic',
  when: only('tune'),
  absent: 0,
  whole: 0,
  usual: () => choices(0),
  usually: '0',
  take: (recipe, adapterRank) => ({ ...recipe, adapterRank }),
});
