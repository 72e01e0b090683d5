import type { ActivationSpace } from './space.js';

/** One example to compute: `compute` is given `source`, the features are kept under `key`. */
export interface Wanted<T> {
  readonly key: string;
  readonly source: T;
}

export interface FillOptions<T> {
  readonly spaces: readonly ActivationSpace[];
  readonly wanted: readonly Wanted<T>[];
  readonly batch: number;
  /** Activations of the sources, one array [sources, ...dims] for each space, in order. */
  readonly compute: (sources: readonly T[]) => Promise<readonly Float32Array[]>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface FillResult {
  readonly found: number;
  readonly computed: number;
}

/**
 * Makes sure that every space holds every wanted example, computing in one pass for all spaces what
 * at least one of them lacks and no other machine has. What is done stays when it is interrupted.
 */
export async function fillSpaces<T>(options: FillOptions<T>): Promise<FillResult> {
  const { spaces, batch, compute, onProgress, signal } = options;
  const unique = [...new Map(options.wanted.map((item) => [item.key, item])).values()];
  for (const space of spaces) {
    space.refresh();
    await space.fetch(unique.flatMap(({ key }) => (space.has(key) ? [] : [key])));
  }
  const missing = unique.filter(({ key }) => spaces.some((space) => !space.has(key)));
  for (let start = 0; start < missing.length; start += batch) {
    signal?.throwIfAborted();
    onProgress?.(start, missing.length);
    const part = missing.slice(start, start + batch);
    const results = await compute(part.map(({ source }) => source));
    spaces.forEach((space, i) => appendMissing(space, part, results[i] as Float32Array));
  }
  if (missing.length > 0) {
    onProgress?.(missing.length, missing.length);
    for (const space of spaces) {
      space.sync();
      await space.publish();
    }
  }
  return { found: unique.length - missing.length, computed: missing.length };
}

function appendMissing<T>(space: ActivationSpace, part: readonly Wanted<T>[], values: Float32Array): void {
  const size = values.length / part.length;
  const records = part.flatMap(({ key }, i) =>
    space.has(key) ? [] : [{ key, values: values.subarray(i * size, (i + 1) * size) }],
  );
  if (records.length > 0) space.append(records);
}
