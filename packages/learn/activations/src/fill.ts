import type { ActivationSpace } from './space.js';

/** One example to compute: `compute` is given `source`, the features are kept under `key`. */
export interface Wanted<T> {
  readonly key: string;
  readonly source: T;
}

/** What a batch of examples has in common. */
export interface Lack {
  /** Indexes of the spaces that lack the examples, ascending, at least one. */
  readonly lacking: readonly number[];
  /** Where their computation begins, as {@link FillOptions.startOf} says. */
  readonly start: number;
}

export interface FillOptions<T> {
  readonly spaces: readonly ActivationSpace[];
  readonly wanted: readonly Wanted<T>[];
  readonly batch: number;
  /** A place where the computation of an example can begin, of several that there may be; 0 by default. */
  readonly startOf?: (key: string, lacking: readonly number[]) => number;
  /** Activations of the examples [examples, ...dims] by the index of the space, at least of those that lack them. */
  readonly compute: (part: readonly Wanted<T>[], lack: Lack) => Promise<ReadonlyMap<number, Float32Array>>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface FillResult {
  readonly found: number;
  readonly computed: number;
}

/**
 * Makes sure that every space holds every wanted example, computing in one pass for all spaces what
 * at least one of them lacks and no other machine has. Examples that are lacking in the same spaces and
 * begin at the same place make batches. What is done stays when it is interrupted.
 */
export async function fillSpaces<T>(options: FillOptions<T>): Promise<FillResult> {
  const { spaces, batch, compute, onProgress, signal } = options;
  const unique = [...new Map(options.wanted.map((item) => [item.key, item])).values()];
  for (const space of spaces) {
    space.refresh();
    await space.fetch(unique.flatMap(({ key }) => (space.has(key) ? [] : [key])));
  }
  const groups = groupsOf(unique, options);
  const missing = groups.reduce((sum, { items }) => sum + items.length, 0);
  let done = 0;
  for (const { items, lack } of groups) {
    for (let start = 0; start < items.length; start += batch) {
      signal?.throwIfAborted();
      onProgress?.(done, missing);
      const part = items.slice(start, start + batch);
      const results = await compute(part, lack);
      for (const [i, values] of results) appendMissing(spaces[i], part, values);
      done += part.length;
    }
  }
  if (missing > 0) {
    onProgress?.(missing, missing);
    for (const space of spaces) {
      space.sync();
      await space.publish();
    }
  }
  return { found: unique.length - missing, computed: missing };
}

interface Group<T> {
  readonly items: Wanted<T>[];
  readonly lack: Lack;
}

/** The examples that some space lacks, by what they lack, in the order in which the groups first occur. */
function groupsOf<T>(unique: readonly Wanted<T>[], { spaces, startOf }: FillOptions<T>): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const item of unique) {
    const lacking = spaces.flatMap((space, i) => (space.has(item.key) ? [] : [i]));
    if (lacking.length === 0) continue;
    const start = startOf?.(item.key, lacking) ?? 0;
    const name = `${start} ${lacking.join()}`;
    const group = groups.get(name) ?? { items: [], lack: { lacking, start } };
    groups.set(name, group);
    group.items.push(item);
  }
  return [...groups.values()];
}

function appendMissing<T>(
  space: ActivationSpace | undefined,
  part: readonly Wanted<T>[],
  values: Float32Array,
): void {
  const size = values.length / part.length;
  const records = part.flatMap(({ key }, i) =>
    space?.has(key) === true ? [] : [{ key, values: values.subarray(i * size, (i + 1) * size) }],
  );
  if (records.length > 0) space?.append(records);
}
