/** Examples of one bucket that are run together. */
export interface Batch<T> {
  readonly bucket: number;
  readonly items: readonly T[];
}

/**
 * Puts items together in the order they come, each batch of one bucket; those that are not full come
 * last, shortest bucket first. With one bucket they are slices of the list.
 */
export function batchesOf<T>(items: readonly T[], size: number, bucketOf: (item: T) => number): Batch<T>[] {
  const open = new Map<number, T[]>();
  const batches: Batch<T>[] = [];
  for (const item of items) {
    const bucket = bucketOf(item);
    const waiting = open.get(bucket) ?? [];
    open.set(bucket, waiting);
    waiting.push(item);
    if (waiting.length < size) continue;
    batches.push({ bucket, items: waiting });
    open.delete(bucket);
  }
  const rest = [...open].sort(([a], [b]) => a - b);
  return [...batches, ...rest.map(([bucket, waiting]) => ({ bucket, items: waiting }))];
}
