import { normalisationWeights, trainableNames } from '@espalier/onnx';
import type { Recipe } from '@espalier/search';
import { suffixAt, type PreparedBackbone } from './backbone.js';

/** What stays as it is besides the stages up to the freeze depth; nothing by default. */
export type Kept = Partial<Pick<Recipe, 'frozenTail' | 'normalisation'>>;

/**
 * Learning-rate groups when `depth` of S stages are frozen: the trained stages, input side first,
 * then the head in group S - depth. Stages of a frozen tail keep their group, and no weights are in it.
 */
export function groupsOf(
  prepared: PreparedBackbone,
  depth: number,
  { frozenTail = 0, normalisation = 'train' }: Kept = {},
): Map<string, number> {
  const { graph } = suffixAt(prepared, depth);
  const trained = new Set(trainableNames(graph));
  if (normalisation === 'freeze') for (const name of normalisationWeights(graph)) trained.delete(name);
  const end = Math.max(depth + 1, prepared.stages.length - frozenTail);
  return new Map(
    prepared.stages
      .slice(depth, end)
      .flatMap(({ parameters }, group) =>
        parameters.filter((name) => trained.has(name)).map((name) => [name, group] as const),
      ),
  );
}

/** A network with fewer parameters is small: little is lost when it moves far, and it has to. */
const SMALL = 2_000_000;

/** What the rate of pre-trained stages is of the head's, where nobody says: 1e-5 to 1e-3 for a large network. */
export const usualStageRate = ({ parameterCount }: Pick<PreparedBackbone, 'parameterCount'>): number =>
  parameterCount < SMALL ? 0.5 : 0.1;

/**
 * Rates of the groups: the head's, and for the pre-trained stages a share of it that falls by `layerDecay`
 * a stage going down (Howard & Ruder, 2018, section 3.2).
 */
export const ratesOf = (groupCount: number, headRate: number, layerDecay: number, stageShare = 1): number[] =>
  Array.from({ length: groupCount }, (_, group) => {
    const below = groupCount - 1 - group;
    return below === 0 ? headRate : headRate * stageShare * layerDecay ** below;
  });
