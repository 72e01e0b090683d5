import { SearchError } from '../errors.js';
import { gridSampler } from './grid.js';
import { randomSampler } from './random.js';
import type { Sampler } from './sampler.js';
import { tpeSampler } from './tpe.js';

const samplers = {
  grid: gridSampler,
  random: randomSampler,
  tpe: tpeSampler,
} as const satisfies Record<string, Sampler>;

export type SamplerName = keyof typeof samplers;

export const samplerNames = Object.keys(samplers) as readonly SamplerName[];

/** @throws SearchError where no sampler has the name. */
export function createSampler(name: SamplerName): Sampler {
  if (!Object.hasOwn(samplers, name)) {
    throw new SearchError(`There is no sampler called ${name}, choose one of ${samplerNames.join(', ')}`);
  }
  return samplers[name];
}
