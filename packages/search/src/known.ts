import { knownPruners } from './pruners/registry.js';
import { knownSamplers } from './samplers/registry.js';

/** A name that nothing in this process has. */
export interface UnknownChoice {
  readonly option: 'sampler' | 'pruner';
  /** With the names that there are. */
  readonly reason: string;
}

/** Which of the names is unknown; null where both are known. Plugins decide which there are. */
export function unknownChoice(asked: {
  readonly sampler: string;
  readonly pruner: string;
}): UnknownChoice | null {
  const known = { sampler: knownSamplers(), pruner: knownPruners() };
  for (const option of ['sampler', 'pruner'] as const) {
    if (known[option].includes(asked[option])) continue;
    return {
      option,
      reason: `there is no ${option} '${asked[option]}'; there are ${known[option].join(', ')}`,
    };
  }
  return null;
}
