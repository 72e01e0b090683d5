import type { Configuration, SearchSpace } from '@espalier/study';
import { methodOf, methods } from '../methods/index.js';

/**
 * How much work an epoch of a configuration is beside others of its space: floating-point operations for an
 * example, or 1 for all where they were not counted.
 */
export function workOf({ backbones }: SearchSpace, configuration: Configuration): number {
  const work = backbones.find(({ id }) => id === configuration.backbone)?.work;
  if (work === undefined) return 1;
  return methods.get(methodOf(configuration)).work(configuration.values, work);
}
