import type { Range, Ranges, SearchSpace, Value } from '@espalier/study';
import { SearchError } from '../errors.js';
import type { Dimension } from '../dimensions/dimension.js';
import { dimensions } from '../dimensions/index.js';
import { axisOf, type Axis } from './axis.js';

/** Values of a configuration so far. */
export type Values = Readonly<Record<string, Value>>;

/** A dimension that a space searches. */
export interface Searched {
  readonly name: string;
  readonly dimension: Dimension;
  /** Its axis for each backbone; null for one that it has no meaning for. */
  readonly axes: readonly (Axis | null)[];
}

/**
 * The dimensions of a space, each behind those that it depends on.
 *
 * @throws SearchError where the space has a range of a dimension that is none
 */
export function searchedOf(space: SearchSpace): readonly Searched[] {
  const names = new Set([space.ranges, ...space.backbones.map(({ ranges }) => ranges)].flatMap(Object.keys));
  // An unknown name is refused with the names that there are.
  for (const name of names) dimensions.get(name);
  return dimensions
    .entries()
    .filter(([name]) => names.has(name))
    .map(([name, dimension]) => ({ name, dimension, axes: axesOf(space, name) }));
}

/** Backbones that share a range share its axis. */
function axesOf({ backbones, ranges }: SearchSpace, name: string): readonly (Axis | null)[] {
  const shared = ranges[name];
  const axis = shared === undefined ? null : axisOf(shared);
  return backbones.map(({ ranges: own }) => {
    const range: Range | undefined = own[name];
    return range === undefined ? axis : axisOf(range);
  });
}

/** Whether a dimension has a meaning beside values that are chosen already. */
export function isAlive({ when = {} }: Pick<Dimension, 'when'>, values: Values): boolean {
  return Object.entries(when).every(([name, allowed]) => {
    const value = values[name] ?? dimensions.get(name).absent;
    return value !== undefined && allowed.includes(value);
  });
}

/** Whether a dimension has a meaning under some of the values that others may take. */
export function canBeAlive({ when = {} }: Pick<Dimension, 'when'>, ranges: Ranges): boolean {
  return Object.entries(when).every(([name, allowed]) => {
    const range = ranges[name];
    if (range === undefined) return isAlive({ when: { [name]: allowed } }, {});
    return range.kind !== 'choices' || range.values.some((value) => allowed.includes(value));
  });
}

/** The index of a backbone in a space. @throws SearchError where it is not in the space */
export function indexOf({ backbones }: SearchSpace, id: string): number {
  const index = backbones.findIndex((backbone) => backbone.id === id);
  if (index >= 0) return index;
  throw new SearchError(`there is no backbone ${id} in the search space`);
}
