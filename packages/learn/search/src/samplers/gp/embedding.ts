import type { Axis } from '../../space/axis.js';
import type { Place, Tree } from '../tree.js';

/** A place as the kernel sees it: for each dimension where it lies on which axis. */
export interface Embedded {
  /** Number of the axis; -1 where the dimension has no meaning. */
  readonly axis: Int32Array;
  /** On an axis of numbers the place on an arc; on one of names the number of the name, and 0. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Squared distances in each dimension between the places of a tree. */
export interface Embedding {
  /** The backbone where there are several, and the dimensions that have a choice. */
  readonly dimensions: number;
  embed(place: Place): Embedded;
  squared(a: Embedded, b: Embedded, dimension: number): number;
}

/**
 * Lays each dimension out in a space of its own: numbers along an arc of one radian about the origin, names as
 * unit vectors at distance 1 from each other, an axis of another backbone in a subspace of its own, and a
 * dimension without a meaning at the origin. It is then 1 away from every place on an axis, whatever the place,
 * and distances remain those of points, so that every stationary kernel of them is positive definite. Hutter,
 * Osborne: A Kernel for Hierarchical Parameter Spaces, 2013.
 */
export function embeddingOf(tree: Tree): Embedding {
  const varied = tree.searched
    .map(({ axes }, index) => ({ axes, index }))
    .filter(({ axes }) => axes.some((axis) => axis !== null && axis.cells !== 1));
  const several = tree.backbones > 1;
  const offset = several ? 1 : 0;
  const numbers = varied.map(({ axes }) => new Map([...new Set(axes)].map((axis, number) => [axis, number])));
  const named = [...(several ? [true] : []), ...varied.map(({ axes }) => axes.some(isOfNames))];
  const dimensions = named.length;
  return {
    dimensions,
    embed: ({ backbone, at }) => {
      const embedded = {
        axis: new Int32Array(dimensions).fill(-1),
        x: new Float64Array(dimensions),
        y: new Float64Array(dimensions),
      };
      if (several) [embedded.axis[0], embedded.x[0]] = [0, backbone];
      for (const [i, { axes, index }] of varied.entries()) {
        const [axis, position] = [axes[backbone] ?? null, at[index] ?? null];
        if (axis === null || position === null) continue;
        const dimension = i + offset;
        embedded.axis[dimension] = numbers[i]?.get(axis) ?? -1;
        embedded.x[dimension] = named[dimension] ? position : Math.cos(position);
        embedded.y[dimension] = named[dimension] ? 0 : Math.sin(position);
      }
      return embedded;
    },
    squared: (a, b, dimension) => {
      const [first, second] = [a.axis[dimension] as number, b.axis[dimension] as number];
      if (first !== second) return first < 0 || second < 0 ? 1 : 2;
      const dx = (a.x[dimension] as number) - (b.x[dimension] as number);
      if (named[dimension]) return dx === 0 ? 0 : 1;
      const dy = (a.y[dimension] as number) - (b.y[dimension] as number);
      return dx * dx + dy * dy;
    },
  };
}

const isOfNames = (axis: Axis | null): boolean => axis !== null && axis.cells !== null && !axis.ordered;
