/**
 * The element of a list at a place, counted from the end where it is negative.
 *
 * @throws RangeError where there is none
 */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index < 0 ? index + list.length : index];
  if (value === undefined) throw new RangeError(`there is no element ${index} of ${list.length}`);
  return value;
}

/**
 * The value of a key.
 *
 * @throws RangeError where there is none
 */
export function lookUp<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new RangeError(`there is nothing under '${String(key)}'`);
  return value;
}

type Tuple<T, Count extends number, Taken extends T[] = []> = Taken['length'] extends Count
  ? Taken
  : Tuple<T, Count, [...Taken, T]>;

/**
 * The first elements of a list, `count` of them.
 *
 * @throws RangeError where there are fewer
 */
export function take<T, Count extends number>(list: ArrayLike<T>, count: Count): Tuple<T, Count> {
  if (list.length < count) throw new RangeError(`there are ${list.length} elements, and not ${count}`);
  return Array.from({ length: count }, (_, i) => list[i]) as Tuple<T, Count>;
}
