import { SearchError } from '../errors.js';
import { gridSampler } from './grid.js';
import { randomSampler } from './random.js';
import type { OwnSampler, Sampler } from './sampler.js';
import { tpeSampler } from './tpe.js';

const samplers = {
  grid: gridSampler,
  random: randomSampler,
  tpe: tpeSampler,
} as const satisfies Record<string, OwnSampler>;

export type SamplerName = keyof typeof samplers;

/** Of those that come with Espalier. */
export const samplerNames = Object.keys(samplers) as readonly SamplerName[];

const registered = new Map<string, Sampler>();

/** Makes a plugin's sampler one that can be chosen. @throws SearchError where its name is taken */
export function registerSampler(sampler: Sampler): void {
  const { name } = sampler;
  if (Object.hasOwn(samplers, name) || registered.has(name)) {
    throw new SearchError(`There is a sampler called ${name} already`);
  }
  registered.set(name, sampler);
}

/** Names of all samplers that can be chosen. */
export const knownSamplers = (): readonly string[] => [...samplerNames, ...registered.keys()];

/** @throws SearchError where no sampler has the name. */
export function createSampler(name: SamplerName): OwnSampler;
export function createSampler(name: string): Sampler;
export function createSampler(name: string): Sampler {
  const sampler = Object.hasOwn(samplers, name) ? samplers[name as SamplerName] : registered.get(name);
  if (sampler !== undefined) return sampler;
  throw new SearchError(`There is no sampler called ${name}, choose one of ${knownSamplers().join(', ')}`);
}
