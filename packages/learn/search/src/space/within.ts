import {
  configurationSchema,
  formerConfiguration,
  type Configuration,
  onlyValue,
  type SearchSpace,
  type Value,
} from '@espalier/study';
import { faultsOf } from '@espalier/transfer';
import { SearchError } from '../errors.js';
import { faultOf } from './points.js';
import type { Suggestion } from '../samplers/sampler.js';
import { isAlive, searchedOf } from './searched.js';

/** Where a dimension has one value, nobody has to suggest it. */
function completed({ backbone, values }: Configuration, space: SearchSpace): Configuration {
  const own = space.backbones.find(({ id }) => id === backbone)?.ranges ?? {};
  const filled: Record<string, Value> = { ...values };
  for (const { name, dimension } of searchedOf(space)) {
    const range = own[name] ?? space.ranges[name];
    const only = range === undefined ? null : onlyValue(range);
    if (only !== null && isAlive(dimension, filled)) filled[name] ??= only;
  }
  return { backbone, values: filled };
}

/** Characters of a reason that are kept. */
const MOST_WHY = 300;

/** Takes the reason off a suggestion; what is no text is no reason. */
function withoutWhy(suggested: unknown): { readonly why?: string; readonly rest: unknown } {
  if (typeof suggested !== 'object' || suggested === null || !('why' in suggested))
    return { rest: suggested };
  const { why, ...rest } = suggested;
  return typeof why === 'string' ? { why: why.slice(0, MOST_WHY), rest } : { rest };
}

/**
 * A configuration that somebody else suggests, such as a plugin's sampler.
 *
 * @throws SearchError saying what is not a configuration, or not in the space
 */
export function requireWithin(suggested: unknown, space: SearchSpace): Suggestion {
  const { why, rest } = withoutWhy(suggested);
  const parsed = configurationSchema.safeParse(formerConfiguration(rest));
  if (!parsed.success) {
    throw new SearchError(`it suggested what is no configuration: ${faultsOf(parsed.error)}`);
  }
  const configuration = completed(parsed.data, space);
  const fault = faultOf(space, configuration);
  if (fault === null) return { ...configuration, ...(why !== undefined && { why }) };
  const { name, value } = fault;
  if (value === undefined) throw new SearchError(`it suggested a configuration without a ${name}`);
  throw new SearchError(
    `it suggested the ${name} ${JSON.stringify(value)}, which is not in the search space`,
  );
}
