import { at } from '@espalier/onnx';
import { EngineError } from '../errors.js';
import type { Variables } from '../trainer/backend.js';
import { lengthOf, putValues, zerosOf, type ParameterPart } from '../trainer/parameters.js';

/** Where a head stands: in one of the blocks, among those beside it. */
export interface Place<V extends Variables> {
  readonly variables: V;
  readonly slot: number;
}

/** Names of heads in the slots of blocks of one size, without gaps. */
export interface Slots<V extends Variables> {
  readonly names: readonly string[];
  /** The variables of each block, and the names of its heads from slot 0. */
  readonly blocks: () => { readonly variables: V; readonly names: readonly string[] }[];
  /** @throws EngineError where there is no such head */
  readonly find: (name: string) => Place<V>;
  /** Finds a head, or makes one of zeros. */
  readonly place: (name: string) => Place<V>;
  /** Takes a head out; the last one moves to its slot. */
  readonly drop: (name: string) => void;
  readonly dispose: () => void;
}

/**
 * @param size heads in a block
 * @param allocate makes the variables of a block, all zeros
 */
export function createSlots<V extends Variables>(
  parts: readonly ParameterPart[],
  size: number,
  allocate: () => V,
): Slots<V> {
  const names: string[] = [];
  const held: V[] = [];
  const placeAt = (index: number): Place<V> => ({
    variables: at(held, Math.floor(index / size)),
    slot: index % size,
  });
  const indexOf = (name: string): number => {
    const index = names.indexOf(name);
    if (index < 0) throw new EngineError(`there is no head '${name}': give it weights or a state first`);
    return index;
  };
  const move = (from: Place<V>, to: Place<V>): void => {
    for (const part of parts) {
      const length = lengthOf(part);
      const values = from.variables.read(part.key, from.slot * length, length);
      to.variables.write(part.key, to.slot * length, values);
    }
  };
  return {
    names,
    blocks: () => held.map((variables, i) => ({ variables, names: names.slice(i * size, (i + 1) * size) })),
    find: (name) => placeAt(indexOf(name)),
    place: (name) => {
      if (names.includes(name)) return placeAt(indexOf(name));
      if (names.length === held.length * size) held.push(allocate());
      names.push(name);
      return placeAt(names.length - 1);
    },
    drop: (name) => {
      const [index, last] = [indexOf(name), names.length - 1];
      const end = placeAt(last);
      if (index !== last) move(end, placeAt(index));
      // What stays behind is computed with: it must be finite.
      putValues(end.variables, zerosOf(parts), end.slot);
      names[index] = at(names, last);
      names.pop();
      if (end.slot === 0) held.pop()?.dispose();
    },
    dispose: () => held.forEach((variables) => variables.dispose()),
  };
}
