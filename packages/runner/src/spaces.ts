import { counted } from '@espalier/data';
import type { SearchSpace } from '@espalier/search';
import type { PreparedBackbone } from './backbone.js';
import { StudyError } from './errors.js';
import type { StudySettings } from './settings.js';

/**
 * Depths worth trying, input side first: all frozen, then one, two, four, ... stages trained, and at
 * last all. The upper stages are where depths differ most (Yosinski et al., 2014).
 */
export function defaultDepths(possible: readonly number[]): number[] {
  const deepest = possible.at(-1) as number;
  const lowest = possible[0] as number;
  const depths = new Set([deepest, lowest]);
  for (let trained = 1; deepest - trained > lowest; trained *= 2) depths.add(deepest - trained);
  return [...depths].sort((a, b) => a - b);
}

/** @throws StudyError where a depth that is asked for is not possible for a backbone */
export function depthsOf(prepared: PreparedBackbone, wanted: readonly number[] | undefined): number[] {
  if (wanted === undefined) return defaultDepths(prepared.freezeDepths);
  const wrong = wanted.find((depth) => !prepared.freezeDepths.includes(depth));
  if (wrong === undefined) return [...new Set(wanted)].sort((a, b) => a - b);
  const { backbone, stages, unsupported, freezeDepths } = prepared;
  const blocked = unsupported.filter(({ stage }) => stage > wrong);
  const why =
    blocked.length > 0
      ? `there is no gradient rule for ${[...new Set(blocked.map(({ node }) => node))].slice(0, 3).join(', ')}`
      : `it has ${counted(stages.length, 'stage')}`;
  throw new StudyError(
    `backbone ${backbone.id} cannot be trained with freeze depth ${wrong}: ${why}; ` +
      `possible are ${freezeDepths[0]} to ${freezeDepths.at(-1)}`,
  );
}

/** What {@link spaceOf} needs to know of a backbone. */
export interface SpaceMember {
  readonly prepared: PreparedBackbone;
  readonly depths: readonly number[];
  /** Augmentation policies whose views fit the cache. */
  readonly policies: readonly string[];
}

/** The space a study searches: of augmentations, those that every backbone can have. */
export function spaceOf(settings: StudySettings, members: readonly SpaceMember[]): SearchSpace {
  const { learningRate, layerDecay, weightDecay } = settings;
  const [first, ...others] = members.map(({ policies }) => policies);
  const shared = (first ?? []).filter((policy) => others.every((policies) => policies.includes(policy)));
  return {
    backbones: members.map(({ prepared, depths }) => ({ id: prepared.backbone.id, freezeDepths: depths })),
    learningRate,
    layerDecay,
    weightDecay,
    augmentation: shared.length > 0 ? shared : ['none'],
  };
}
