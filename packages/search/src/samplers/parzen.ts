import type { Random } from '@espalier/random';
import type { Axis } from '../axis.js';
import type { Place, Tree } from './tree.js';
import { drawFrom, likelihood, truncatedNormal, type TruncatedNormal } from './truncatedNormal.js';

/** A density over the places of a tree. */
export interface Parzen {
  /** Density along the continuous axes, probability along the others. */
  density(place: Place): number;
  draw(random: Random): Place;
}

/** A product of one distribution a dimension. */
interface Kernel {
  readonly backbone: Categorical;
  /** The backbone the depth's distribution belongs to; on any other the prior holds. */
  readonly depth: { readonly backbone: number; readonly normal: TruncatedNormal } | null;
  readonly numbers: readonly TruncatedNormal[];
  readonly augmentation: Categorical;
}

/** Probabilities of the choices. */
type Categorical = readonly number[];

/** Nearly flat over the unit interval. */
const prior = truncatedNormal(0.5, 1);

/**
 * Parzen estimator: an even mixture of one kernel an observation and one prior.
 *
 * Kernels span all dimensions, so that values that do well only together stay together (Falkner et
 * al.: BOHB, ICML 2018). Numbers are truncated normals of one width, that of Scott's rule with a
 * floor of 1/(n + 2) and never below 1/100, as in Optuna's multivariate TPE. Categories mix the
 * observed one with 1/(n + 1) of every other. Without observations the prior remains.
 */
export function parzen(tree: Tree, observations: readonly Place[]): Parzen {
  const count = observations.length;
  const scott = 0.2 * Math.max(count, 1) ** (-1 / (tree.dimensions + 4));
  const deviation = Math.max(scott, 1 / Math.min(100, count + 2));
  const kernels = [
    priorKernel(tree),
    ...observations.map((place) => kernelAt(tree, place, deviation, count)),
  ];
  return {
    density: (place) =>
      kernels.reduce((sum, kernel) => sum + densityOf(tree, kernel, place), 0) / kernels.length,
    draw: (random) => drawPlace(random.pick(kernels), random),
  };
}

function priorKernel(tree: Tree): Kernel {
  return {
    backbone: categorical(tree.depths.length, null, 1),
    depth: null,
    numbers: tree.numbers.map(() => prior),
    augmentation: categorical(tree.augmentations, null, 1),
  };
}

function kernelAt(tree: Tree, place: Place, deviation: number, observations: number): Kernel {
  const smoothing = 1 / (observations + 1);
  return {
    backbone: categorical(tree.depths.length, place.backbone, smoothing),
    depth: { backbone: place.backbone, normal: truncatedNormal(place.depth, deviation) },
    numbers: place.numbers.map((number) => truncatedNormal(number, deviation)),
    augmentation: categorical(tree.augmentations, place.augmentation, smoothing),
  };
}

function categorical(choices: number, chosen: number | null, smoothing: number): Categorical {
  const total = choices * smoothing + (chosen === null ? 0 : 1);
  return Array.from({ length: choices }, (_, i) => (smoothing + (i === chosen ? 1 : 0)) / total);
}

function depthNormal({ depth }: Kernel, backbone: number): TruncatedNormal {
  return depth?.backbone === backbone ? depth.normal : prior;
}

function densityOf(tree: Tree, kernel: Kernel, place: Place): number {
  const depths = tree.depths[place.backbone] as Axis;
  let density =
    (kernel.backbone[place.backbone] as number) *
    likelihood(depthNormal(kernel, place.backbone), depths.cells, place.depth) *
    (kernel.augmentation[place.augmentation] as number);
  for (const [i, normal] of kernel.numbers.entries()) {
    density *= likelihood(normal, (tree.numbers[i] as Axis).cells, place.numbers[i] as number);
  }
  return density;
}

function drawPlace(kernel: Kernel, random: Random): Place {
  const backbone = drawCategory(kernel.backbone, random);
  return {
    backbone,
    depth: drawFrom(depthNormal(kernel, backbone), random),
    numbers: kernel.numbers.map((normal) => drawFrom(normal, random)),
    augmentation: drawCategory(kernel.augmentation, random),
  };
}

function drawCategory(probabilities: Categorical, random: Random): number {
  let rest = random.uniform();
  const index = probabilities.findIndex((probability) => (rest -= probability) < 0);
  // Rounding can leave the probabilities a little short of 1.
  return index < 0 ? probabilities.length - 1 : index;
}
