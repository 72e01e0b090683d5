import type { Configuration, SearchSpace, Value } from '@espalier/study';
import type { ObservedTrial } from '../history.js';
import type { Axis } from './axis.js';
import { isAlive, searchedOf, type Searched, type Values } from './searched.js';

/** The points of a space, numbered from 0. */
export interface Points {
  readonly size: number;
  at(index: number): Configuration;
}

/**
 * A part of a space in which the same dimensions have a meaning: a product of lists. Those that
 * decide about others have one value each.
 */
interface Block {
  readonly decided: Values;
  /** Backbones, each with every combination of what is its own. */
  readonly stems: readonly Configuration[];
  readonly columns: readonly { readonly name: string; readonly levels: readonly Value[] }[];
  readonly size: number;
}

/** Every point of a space; continuous dimensions are cut into `resolution` points with both ends. */
export function pointsOf(space: SearchSpace, resolution: number): Points {
  const blocks = blocksOf(space, (axis) => levelsOf(axis, resolution));
  return {
    size: blocks.reduce((sum, { size }) => sum + size, 0),
    at: (index) => {
      let rest = index;
      for (const block of blocks) {
        if (rest < block.size) return pointAt(block, rest);
        rest -= block.size;
      }
      throw new RangeError(`a space has no point ${index}`);
    },
  };
}

function pointAt({ decided, stems, columns }: Block, index: number): Configuration {
  let rest = index;
  const next = <T>(items: readonly T[]): T => {
    const item = items[rest % items.length];
    rest = Math.floor(rest / items.length);
    if (item === undefined) throw new RangeError('a list of a search space is empty');
    return item;
  };
  const { backbone, values } = next(stems);
  const chosen = columns.map(({ name, levels }) => [name, next(levels)] as const);
  return { backbone, values: { ...decided, ...values, ...Object.fromEntries(chosen) } };
}

/**
 * How many points a space has, or null where a dimension that can have a meaning is continuous.
 * Counts each backbone with its own ranges.
 */
export function sizeOfSpace(space: SearchSpace): number | null {
  let finite = true;
  const blocks = blocksOf(space, (axis) => {
    finite &&= axis.cells !== null;
    return levelsOf(axis, 2);
  });
  return finite ? blocks.reduce((sum, { size }) => sum + size, 0) : null;
}

type Levels = (axis: Axis) => readonly Value[];

function blocksOf(space: SearchSpace, levels: Levels): readonly Block[] {
  const searched = searchedOf(space);
  const deciding = new Set(searched.flatMap(({ dimension }) => Object.keys(dimension.when ?? {})));
  let parts: readonly Values[] = [{}];
  for (const { name, dimension, axes } of searched.filter((one) => deciding.has(one.name))) {
    const [axis] = axes;
    parts = parts.flatMap((values) =>
      axis && isAlive(dimension, values)
        ? levels(axis).map((value) => ({ ...values, [name]: value }))
        : [values],
    );
  }
  const others = searched.filter(({ name }) => !deciding.has(name));
  return parts.map((decided) => blockOf(space, others, decided, levels));
}

function blockOf(space: SearchSpace, searched: readonly Searched[], decided: Values, levels: Levels): Block {
  const alive = searched.filter(({ dimension }) => isAlive(dimension, decided));
  const isOwn = ({ name }: Searched): boolean => space.backbones.some(({ ranges }) => name in ranges);
  const stems = space.backbones.flatMap(({ id }, index) => {
    let own: readonly Values[] = [{}];
    for (const { name, axes } of alive.filter(isOwn)) {
      const axis = axes[index];
      if (axis) own = own.flatMap((values) => levels(axis).map((value) => ({ ...values, [name]: value })));
    }
    return own.map((values) => ({ backbone: id, values }));
  });
  const columns = alive
    .filter((one) => !isOwn(one))
    .flatMap(({ name, axes: [axis] }) => (axis ? [{ name, levels: levels(axis) }] : []));
  const size = columns.reduce((product, column) => product * column.levels.length, stems.length);
  return { decided, stems, columns, size };
}

/** A text that is equal exactly for equal configurations. */
export function keyOf({ backbone, values }: Configuration): string {
  return JSON.stringify([backbone, ...Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** The keys of all configurations a history has tried or is trying. */
export function triedKeys(history: readonly ObservedTrial[]): ReadonlySet<string> {
  return new Set(history.map(({ configuration }) => keyOf(configuration)));
}

/** Whether a finite space has no untried point; a space with a continuous dimension always has. */
export function isExhausted(space: SearchSpace, history: readonly ObservedTrial[]): boolean {
  const size = sizeOfSpace(space);
  if (size === null || history.length < size) return false;
  return triedKeys(history.filter(({ configuration }) => isInSpace(space, configuration))).size >= size;
}

/** Whether a configuration is a point of a space: a value for each dimension that has a meaning, and no other. */
export const isInSpace = (space: SearchSpace, configuration: Configuration): boolean =>
  faultOf(space, configuration) === null;

/** What keeps a configuration from being a point of a space. */
export interface OutOfSpace {
  /** `backbone`, or the name of a dimension. */
  readonly name: string;
  /** The value; undefined where it has none. */
  readonly value: Value | undefined;
}

/** The first of what keeps a configuration from being a point of a space; null where nothing does. */
export function faultOf(space: SearchSpace, { backbone, values }: Configuration): OutOfSpace | null {
  const index = space.backbones.findIndex(({ id }) => id === backbone);
  if (index < 0) return { name: 'backbone', value: backbone };
  const left = new Set(Object.keys(values));
  for (const { name, dimension, axes } of searchedOf(space)) {
    const axis = axes[index];
    if (!axis || !isAlive(dimension, values)) continue;
    left.delete(name);
    if (axis.positionOf(values[name]) === null) return { name, value: values[name] };
  }
  const [name] = left;
  return name === undefined ? null : { name, value: values[name] };
}

function levelsOf({ cells, valueAt }: Axis, resolution: number): readonly Value[] {
  return cells === null
    ? Array.from({ length: resolution }, (_, i) => valueAt(i / (resolution - 1)))
    : Array.from({ length: cells }, (_, i) => valueAt((i + 0.5) / cells));
}
