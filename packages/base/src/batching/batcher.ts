/** Options of batching items that arrive one by one. */
export interface BatcherOptions<In, Out> {
  /** Runs items of one bucket; the results are in their order. */
  readonly run: (bucket: number, items: readonly In[]) => Promise<readonly Out[]>;
  /** Most items of one run. */
  readonly most: number;
  /** Most milliseconds that an item waits for company while nothing runs. */
  readonly wait: number;
}

export interface Batcher<In, Out> {
  /** Rejects with the signal's reason where that aborts first; an item that waits is then not run. */
  add(bucket: number, item: In, signal?: AbortSignal): Promise<Out>;
  /** Resolves once nothing waits and nothing runs. */
  idle(): Promise<void>;
}

interface Waiting<In, Out> {
  /** Counts up over all buckets. */
  readonly arrival: number;
  readonly item: In;
  readonly resolve: (result: Out) => void;
  readonly reject: (reason: unknown) => void;
}

/** Waiting items of one bucket, oldest first; empty buckets are removed. */
interface Line<In, Out> {
  readonly waiting: Waiting<In, Out>[];
  readonly timer: NodeJS.Timeout;
  /** Whether its oldest item has waited long enough. */
  due: boolean;
}

/**
 * Puts items together that arrive within a few milliseconds. One batch runs at a time, because a run
 * uses all cores; what arrives meanwhile makes the next one. Items of a bucket run in the order they
 * came in, and of the buckets that are full or due, the one with the oldest item comes first, so that
 * none starves.
 */
export function createBatcher<In, Out>({ run, most, wait }: BatcherOptions<In, Out>): Batcher<In, Out> {
  const lines = new Map<number, Line<In, Out>>();
  const onIdle: (() => void)[] = [];
  let arrivals = 0;
  let running = false;

  const settle = async (bucket: number, batch: readonly Waiting<In, Out>[]): Promise<void> => {
    try {
      const items = batch.map(({ item }) => item);
      const results = await run(bucket, items);
      batch.forEach(({ resolve }, i) => resolve(results[i] as Out));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const closeIfEmpty = (bucket: number, { waiting, timer }: Line<In, Out>): void => {
    if (waiting.length > 0) return;
    clearTimeout(timer);
    lines.delete(bucket);
  };
  const pump = (): void => {
    if (running) return;
    if (lines.size === 0) for (const resolve of onIdle.splice(0)) resolve();
    const next = nextLine(lines, most);
    if (next === undefined) return;
    const [bucket, line] = next;
    const batch = line.waiting.splice(0, most);
    closeIfEmpty(bucket, line);
    running = true;
    void settle(bucket, batch).then(() => {
      running = false;
      pump();
    });
  };
  const open = (bucket: number): Line<In, Out> => {
    const becomeDue = (): void => {
      line.due = true;
      pump();
    };
    const line: Line<In, Out> = { waiting: [], due: false, timer: setTimeout(becomeDue, wait) };
    lines.set(bucket, line);
    return line;
  };
  const drop = (bucket: number, one: Waiting<In, Out>): void => {
    const line = lines.get(bucket);
    const place = line?.waiting.indexOf(one) ?? -1;
    if (line === undefined || place < 0) return;
    line.waiting.splice(place, 1);
    closeIfEmpty(bucket, line);
    pump();
  };
  const enqueue = (bucket: number, item: In, signal?: AbortSignal): Promise<Out> =>
    new Promise((resolve, reject) => {
      const one: Waiting<In, Out> = { arrival: arrivals++, item, resolve, reject };
      const line = lines.get(bucket) ?? open(bucket);
      line.waiting.push(one);
      signal?.addEventListener('abort', () => {
        reject(signal.reason);
        drop(bucket, one);
      });
      pump();
    });
  return {
    add: async (bucket, item, signal) => {
      signal?.throwIfAborted();
      return enqueue(bucket, item, signal);
    },
    idle: () =>
      new Promise((resolve) => {
        onIdle.push(resolve);
        pump();
      }),
  };
}

/** Of the lines that are full or due, the one with the oldest item. */
function nextLine<In, Out>(
  lines: ReadonlyMap<number, Line<In, Out>>,
  most: number,
): [number, Line<In, Out>] | undefined {
  const ready = [...lines].filter(([, { waiting, due }]) => due || waiting.length >= most);
  const age = ([, { waiting }]: [number, Line<In, Out>]): number => waiting[0]?.arrival ?? Infinity;
  return ready.sort((a, b) => age(a) - age(b))[0];
}
