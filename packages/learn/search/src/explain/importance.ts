import { createRandom } from '@espalier/base/random';
import { dimensions } from '../dimensions/index.js';
import type { SuggestRequest } from '../samplers/sampler.js';
import { drawnFrom, expectationOf, type Candidate } from '../samplers/transfer/outlook.js';
import type { Tree } from '../samplers/tree.js';

/** How much of the differences between configurations one dimension makes by itself. */
export interface Importance {
  /** Name of the dimension; `backbone` for the choice among several. */
  readonly name: string;
  readonly label: string;
  /** Share of the variance of what is expected, in [0, 1]. */
  readonly share: number;
}

/** Configurations that are drawn, and parts that a continuous axis is cut into. */
const [DRAWS, PARTS] = [2000, 10];

/** Trials from which on the model says something of the dimensions. */
const LEAST_TRIALS = 3;

/**
 * Divides the variance of what is expected of configurations among the dimensions: the main effects of a
 * functional analysis of variance (Hutter, Hoos & Leyton-Brown, 2014), on the model of the transfer sampler. What
 * dimensions do only together is in none of them. Empty where too few trials have ended.
 */
export function importanceOf(request: SuggestRequest): readonly Importance[] {
  if (request.history.filter(({ status }) => status !== 'running').length < LEAST_TRIALS) return [];
  const { tree, of } = expectationOf(request);
  const random = createRandom(request.seed, 'importance');
  const drawn = Array.from({ length: DRAWS }, () => drawnFrom(tree, random));
  const means = drawn.map((candidate) => of(candidate).mean);
  const total = varianceOf(means.map((mean) => ({ mean, weight: 1 })));
  return namedAxes(tree)
    .map(({ name, label, partOf }) => ({
      name,
      label,
      share: total > 0 ? mainEffect(drawn, means, partOf) / total : 0,
    }))
    .sort((a, b) => b.share - a.share);
}

interface NamedAxis {
  readonly name: string;
  readonly label: string;
  /** The part of the axis in which a configuration lies. */
  readonly partOf: (candidate: Candidate) => string;
}

function namedAxes({ backbones, searched }: Tree): NamedAxis[] {
  const own = searched.flatMap(({ name, axes }, index): NamedAxis[] => {
    if (axes.every((axis) => axis === null || axis.cells === 1)) return [];
    const partOf = ({ place }: Candidate): string => {
      const [axis, position] = [axes[place.backbone], place.at[index]];
      if (!axis || typeof position !== 'number') return 'none';
      return axis.cells === null ? String(Math.floor(position * PARTS)) : String(axis.valueAt(position));
    };
    return [{ name, label: dimensions.get(name).label, partOf }];
  });
  const backbone: NamedAxis = {
    name: 'backbone',
    label: 'Backbone',
    partOf: ({ place }) => String(place.backbone),
  };
  return backbones > 1 ? [backbone, ...own] : own;
}

/** Variance of the means of the parts. */
function mainEffect(
  drawn: readonly Candidate[],
  means: readonly number[],
  partOf: NamedAxis['partOf'],
): number {
  const parts = new Map<string, { sum: number; weight: number }>();
  drawn.forEach((candidate, i) => {
    const part = parts.get(partOf(candidate)) ?? { sum: 0, weight: 0 };
    parts.set(partOf(candidate), { sum: part.sum + (means[i] as number), weight: part.weight + 1 });
  });
  return varianceOf([...parts.values()].map(({ sum, weight }) => ({ mean: sum / weight, weight })));
}

function varianceOf(parts: readonly { readonly mean: number; readonly weight: number }[]): number {
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  const mean = parts.reduce((sum, part) => sum + part.mean * part.weight, 0) / weight;
  return parts.reduce((sum, part) => sum + part.weight * (part.mean - mean) ** 2, 0) / weight;
}
