import type { Configuration, SearchSpace, Value } from '@espalier/study';
import type { Axis } from '../space/axis.js';
import { isAlive, searchedOf, type Searched, type Values } from '../space/searched.js';

/** A configuration as the estimator sees it. */
export interface Place {
  /** Index of the backbone. */
  readonly backbone: number;
  /** Place in [0, 1] on the axis of each dimension; null where the dimension has no meaning. */
  readonly at: readonly (number | null)[];
}

/** A space as a tree: dimensions hang on the backbone and on the values above them that give them a meaning. */
export interface Tree {
  readonly backbones: number;
  readonly searched: readonly Searched[];
  /** Dimensions in which there is a choice, the backbone included. */
  readonly dimensions: number;
  /** null for a configuration outside the space. */
  placeOf(configuration: Configuration): Place | null;
  configurationAt(place: Place): Configuration;
  /** Goes down the tree: asks for a place on each axis that has a meaning. */
  descend(backbone: number, choose: (axis: Axis, index: number) => number): Place;
}

export function treeOf(space: SearchSpace): Tree {
  const searched = searchedOf(space);
  const indices = new Map(space.backbones.map(({ id }, index) => [id, index]));
  const cellsOf = ({ axes }: Searched): number =>
    Math.max(...axes.map((axis) => (axis === null ? 1 : (axis.cells ?? Infinity))));

  const descend: Tree['descend'] = (backbone, choose) => {
    const values: Record<string, Value> = {};
    const at = searched.map(({ name, dimension, axes }, index) => {
      const axis = axes[backbone] ?? null;
      if (axis === null || !isAlive(dimension, values)) return null;
      const position = choose(axis, index);
      values[name] = axis.valueAt(position);
      return position;
    });
    return { backbone, at };
  };

  const configurationAt: Tree['configurationAt'] = ({ backbone, at }) => {
    const chosen = searched.flatMap(({ name, axes }, i) => {
      const [axis, position] = [axes[backbone], at[i]];
      return axis && typeof position === 'number' ? [[name, axis.valueAt(position)] as const] : [];
    });
    return { backbone: space.backbones[backbone]?.id ?? '', values: Object.fromEntries(chosen) };
  };

  return {
    backbones: space.backbones.length,
    searched,
    dimensions: [space.backbones.length, ...searched.map(cellsOf)].filter((count) => count > 1).length,
    descend,
    configurationAt,
    placeOf: ({ backbone: id, values }) => {
      const backbone = indices.get(id);
      return backbone === undefined ? null : placeIn(searched, backbone, values);
    },
  };
}

function placeIn(searched: readonly Searched[], backbone: number, values: Values): Place | null {
  const at: (number | null)[] = [];
  for (const { name, dimension, axes } of searched) {
    const axis = axes[backbone];
    const alive = axis !== null && axis !== undefined && isAlive(dimension, values);
    const position = alive ? axis.positionOf(values[name]) : null;
    // A value that is missing, or one too many, is of another space.
    if (alive !== (position !== null) || (!alive && name in values)) return null;
    at.push(position);
  }
  return { backbone, at };
}
