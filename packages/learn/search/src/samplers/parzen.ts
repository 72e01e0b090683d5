import type { Random } from '@espalier/base/random';
import { drawIndex, factorAt, priorOf, probabilitiesOf, type Factor } from './factor.js';
import type { Place, Tree } from './tree.js';

/** A density over the places of a tree. */
export interface Parzen {
  /** Density along the continuous axes, probability along the others. */
  density(place: Place): number;
  draw(random: Random): Place;
}

/** A product of one distribution a dimension. */
interface Kernel {
  /** Probabilities of the backbones. */
  readonly backbones: readonly number[];
  /** What it says of a dimension of a backbone; the prior where it has not seen it. */
  factor(backbone: number, index: number): Factor;
}

/**
 * Parzen estimator: an even mixture of one kernel an observation and one prior.
 *
 * Kernels span all dimensions, so that values that do well only together stay together (Falkner et
 * al.: BOHB, ICML 2018). Numbers are truncated normals of one width, that of Scott's rule with a
 * floor of 1/(n + 2) and never below 1/100, as in Optuna's multivariate TPE. Names mix the observed
 * one with 1/(n + 1) of every other. A dimension that a kernel has not seen, because it had no meaning
 * there or because the axis is another backbone's, has the prior. So dimensions that live together are estimated
 * together, from the trials that had them (Optuna's `group`), and what goes well with which of their groups too.
 * Without observations the prior remains.
 */
export function parzen(tree: Tree, observations: readonly Place[]): Parzen {
  const count = observations.length;
  const scott = 0.2 * Math.max(count, 1) ** (-1 / (tree.dimensions + 4));
  const deviation = Math.max(scott, 1 / Math.min(100, count + 2));
  const priors = tree.searched.map(({ axes }) => axes.map((axis) => (axis === null ? null : priorOf(axis))));
  const prior = (backbone: number, index: number): Factor => required(priors[index]?.[backbone]);
  const kernelAt = (place: Place): Kernel => {
    const seen = tree.searched.map(({ axes }, index) => {
      const [axis, position] = [axes[place.backbone], place.at[index]];
      return axis && typeof position === 'number'
        ? { axis, factor: factorAt(axis, position, deviation, 1 / (count + 1)) }
        : null;
    });
    return {
      backbones: probabilitiesOf(tree.backbones, place.backbone, 1 / (count + 1)),
      factor: (backbone, index) => {
        const known = seen[index];
        return known && known.axis === tree.searched[index]?.axes[backbone]
          ? known.factor
          : prior(backbone, index);
      },
    };
  };
  const kernels: readonly Kernel[] = [
    { backbones: probabilitiesOf(tree.backbones, null, 1), factor: prior },
    ...observations.map(kernelAt),
  ];
  return {
    density: (place) => kernels.reduce((sum, kernel) => sum + densityOf(kernel, place), 0) / kernels.length,
    draw: (random) => {
      const kernel = random.pick(kernels);
      const backbone = drawIndex(kernel.backbones, random);
      return tree.descend(backbone, (_, index) => kernel.factor(backbone, index).draw(random));
    },
  };
}

function densityOf({ backbones, factor }: Kernel, { backbone, at }: Place): number {
  return at.reduce<number>(
    (density, position, index) =>
      position === null ? density : density * factor(backbone, index).likelihood(position),
    backbones[backbone] ?? 0,
  );
}

function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined)
    throw new RangeError('a place lies on an axis that there is not');
  return value;
}
