import type { Optimizer } from '../optimizers/index.js';
import { clipByGlobalNorm } from '../step/clipping.js';
import { nextName, stepNames } from '../step/names.js';
import { trainedNames } from '../step/trainingGraph.js';
import { addUpdates, splitInput } from '../step/updates.js';
import type { HeadsForward, HeadsGraphOptions } from './forward.js';

/**
 * Adds the clipping and the updates of heads, whose limits, rates and strengths are [heads, 1, 1].
 *
 * @param gradients by the parameter's name, each of the parameter's shape
 * @returns names of the results: the norms [heads, 1, 1] where they are clipped, next parameters and state
 */
export function addHeadUpdates(
  { heads, clip }: HeadsGraphOptions,
  optimizer: Optimizer,
  forward: HeadsForward,
  gradients: ReadonlyMap<string, string>,
): string[] {
  const { b, parameters } = forward;
  const each = [heads, 1, 1];
  const clipped = clip ? clipByGlobalNorm(b, gradients, b.declare(stepNames.clip, each), [1, 2]) : null;
  const rate = b.declare(stepNames.rates, each);
  addUpdates(optimizer, forward, clipped?.gradients ?? gradients, {
    rateOf: () => rate,
    decay: b.declare(stepNames.decay, each),
    scalars: splitInput(b, stepNames.scalars, [heads, 1], optimizer.scalarCount),
    anchorOf: () => null,
  });
  if (clipped !== null) b.publish(clipped.norm, stepNames.norm);
  const names = parameters.map(({ name }) => name);
  return [...(clip ? [stepNames.norm] : []), ...trainedNames(names, optimizer).map(nextName)];
}
