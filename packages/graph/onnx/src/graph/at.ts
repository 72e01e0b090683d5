/**
 * The element of a list at a place, counted from the end where it is negative.
 *
 * @throws RangeError where there is none
 */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index < 0 ? index + list.length : index];
  if (value === undefined)
    throw new RangeError(`the list has ${list.length} elements and no element ${index}`);
  return value;
}

/**
 * The value of a key, of a map or of an object.
 *
 * @throws RangeError where there is none
 */
export function lookUp<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value;
export function lookUp<Value>(record: Readonly<Record<string, Value>>, key: string): Value;
export function lookUp(
  entries: ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>,
  key: string,
): unknown {
  const own = (record: Readonly<Record<string, unknown>>): unknown =>
    Object.hasOwn(record, key) ? record[key] : undefined;
  const value = isMap(entries) ? entries.get(key) : own(entries);
  if (value === undefined) throw new RangeError(`the map has no key '${key}'`);
  return value;
}

const isMap = (
  entries: ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>,
): entries is ReadonlyMap<unknown, unknown> => entries instanceof Map;

type Tuple<T, Count extends number, Taken extends T[] = []> = Taken['length'] extends Count
  ? Taken
  : Tuple<T, Count, [...Taken, T]>;

/**
 * The first elements of a list, `count` of them.
 *
 * @throws RangeError where there are fewer
 */
export function take<T, Count extends number>(list: ArrayLike<T>, count: Count): Tuple<T, Count> {
  if (list.length < count) throw new RangeError(`the list has ${list.length} elements instead of ${count}`);
  return Array.from({ length: count }, (_, i) => list[i]) as Tuple<T, Count>;
}
