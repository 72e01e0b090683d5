import { faultsOf } from '@espalier/transfer';
import { axisOf } from './axis.js';
import { SearchError } from './errors.js';
import { configurationSchema, type Configuration, type SearchSpace } from './space.js';

/**
 * Checks what a sampler that is not ours suggests.
 *
 * @throws SearchError where it is no configuration, or none of the space
 */
export function requireWithin(suggested: unknown, space: SearchSpace): Configuration {
  const parsed = configurationSchema.safeParse(suggested);
  if (!parsed.success) {
    throw new SearchError(`it suggested what is no configuration: ${faultsOf(parsed.error)}`);
  }
  const { backbone, freezeDepth, augmentation, ...numbers } = parsed.data;
  const depths = space.backbones.find(({ id }) => id === backbone)?.freezeDepths;
  if (depths === undefined) throw outside('backbone', backbone);
  if (!depths.includes(freezeDepth)) throw outside('freezeDepth', freezeDepth);
  if (!space.augmentation.includes(augmentation)) throw outside('augmentation', augmentation);
  for (const name of ['learningRate', 'layerDecay', 'weightDecay'] as const) {
    if (axisOf(space[name]).positionOf(numbers[name]) === null) throw outside(name, numbers[name]);
  }
  return parsed.data;
}

const outside = (name: string, value: unknown): SearchError =>
  new SearchError(`it suggested the ${name} ${JSON.stringify(value)}, which is not in the search space`);
