import { methods } from '../methods/index.js';
import { choices, nameDimension } from './dimension.js';

const [usual] = methods.names;

export const method = nameDimension({
  label: 'Method',
  help: 'How a backbone is transferred: stages are tuned, or a linear classifier probes frozen features',
  names: () => methods.known() as readonly [string, ...string[]],
  absent: usual,
  beside: 'alike',
  usual: () => choices(usual),
  usually: usual,
  take: (recipe) => recipe,
});

/** The condition of a dimension that only some methods have. */
export const only = (...names: readonly string[]) => ({ method: names });
