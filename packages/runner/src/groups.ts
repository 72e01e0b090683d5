import { trainableNames } from '@espalier/onnx';
import { suffixAt, type PreparedBackbone } from './backbone.js';

/**
 * Learning-rate groups when `depth` of S stages are frozen: the trained stages, input side first,
 * then the head in group S - depth.
 */
export function groupsOf(prepared: PreparedBackbone, depth: number): Map<string, number> {
  const trained = new Set(trainableNames(suffixAt(prepared, depth).graph));
  return new Map(
    prepared.stages
      .slice(depth)
      .flatMap(({ parameters }, group) =>
        parameters.filter((name) => trained.has(name)).map((name) => [name, group] as const),
      ),
  );
}

/** Rates that fall by `layerDecay` a stage going down from the head (Howard & Ruder, 2018, section 3.2). */
export const ratesOf = (groupCount: number, headRate: number, layerDecay: number): number[] =>
  Array.from({ length: groupCount }, (_, group) => headRate * layerDecay ** (groupCount - 1 - group));
