import { registry } from '@espalier/base';
import { methodOf, methods, type Method } from '@espalier/search';
import type { Configuration } from '@espalier/study';
import { StudyError } from '../errors.js';
import type { TransferMethod } from './method.js';
import { probe } from './probe/index.js';
import { tune } from './tune/index.js';

/** How each method works that a search knows by the same name. */
const transferMethods = registry<TransferMethod>('method', StudyError).of({ tune, probe } satisfies Record<
  (typeof methods.names)[number],
  TransferMethod
>);

/** The method of a configuration. */
export const methodFor = (configuration: Pick<Configuration, 'values'>): TransferMethod =>
  transferMethods.get(methodOf(configuration));

/**
 * Adds a method, which lasts as long as the process.
 *
 * @param facts for the search
 * @returns a function that removes it
 * @throws SearchError where the name is taken
 */
export function registerMethod(name: string, facts: Method, work: TransferMethod): () => void {
  const removals = [methods.register(name, facts), transferMethods.register(name, work)];
  return () => removals.forEach((remove) => remove());
}
