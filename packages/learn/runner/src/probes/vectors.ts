import type { Encoder, ScannedExample } from '@espalier/data';
import {
  DamagedRecordsError,
  fillSpaces,
  type ActivationSpace,
  type ActivationStore,
  type FillOptions,
  type SpaceKey,
} from '@espalier/activations';
import { matrix, type Matrix } from '@espalier/probes';
import { batchesOf } from '../caching/batches.js';
import { plainLook, type FillProgress, type Looked } from '../caching/look.js';
import { keyOfLooked } from '../caching/prefix.js';

type Filling = FillOptions<Looked>;

/** Vectors that are computed and cached together, side by side in one record. */
export interface VectorGroup {
  readonly key: Omit<SpaceKey, 'dims'>;
  readonly widths: readonly number[];
}

export interface VectorOptions {
  readonly store: ActivationStore;
  readonly encoder: Encoder;
  readonly groups: readonly VectorGroup[];
  readonly batch: number;
  /** How a bucket is filled, for each group a space of [examples, the widths together]. */
  filling(bucket: number): Pick<Filling, 'compute' | 'startOf'>;
  dispose(): Promise<void>;
}

/** Vectors that a frozen graph gives for examples, cached. */
export interface Vectors {
  /** Computes what is not there yet. */
  fill(examples: readonly ScannedExample[], progress?: FillProgress): Promise<void>;
  /** How many of some examples are not there yet. */
  missing(examples: readonly ScannedExample[]): number;
  /** [examples, width] of one output, counted through all groups; what is damaged is computed again. */
  read(output: number, examples: readonly ScannedExample[]): Promise<Matrix>;
  dispose(): Promise<void>;
}

const sumOf = (widths: readonly number[]): number => widths.reduce((a, b) => a + b, 0);

/** Opens the cache of some vectors. */
export function openVectors(options: VectorOptions): Vectors {
  const { store, encoder, groups, batch } = options;
  const spaces = groups.map(({ key, widths }) => store.space({ ...key, dims: [sumOf(widths)] }));
  const places = groups.flatMap(({ widths }, group) =>
    widths.map((width, i) => ({ group, width, start: sumOf(widths.slice(0, i)) })),
  );
  const looks = (examples: readonly ScannedExample[]): Looked[] =>
    examples.map((example) => plainLook(encoder.modality, example));
  const fill = async (examples: readonly ScannedExample[], progress: FillProgress = {}): Promise<void> => {
    let done = 0;
    const buckets = batchesOf(looks(examples), Infinity, ({ example }) => encoder.bucketOf(example));
    for (const { bucket, items } of buckets) {
      await fillSpaces({
        spaces,
        wanted: items.map((source) => ({ key: keyOfLooked(source), source })),
        batch,
        ...options.filling(bucket),
        ...progress,
        onProgress: (part, missing) =>
          progress.onProgress?.(done + items.length - missing + part, examples.length),
      });
      done += items.length;
    }
  };
  return {
    fill,
    missing: (examples) => {
      for (const space of spaces) space.refresh();
      return looks(examples).filter((looked) => spaces.some((space) => !space.has(keyOfLooked(looked))))
        .length;
    },
    read: async (output, examples) => {
      const { group, width, start } = places[output] as (typeof places)[number];
      const space = spaces[group] as ActivationSpace;
      const result = matrix(examples.length, width);
      const record = new Float32Array(sumOf(space.dims));
      for (const [row, looked] of looks(examples).entries()) {
        await readRecord(space, keyOfLooked(looked), record, () => fill([looked.example]));
        result.data.set(record.subarray(start, start + width), row * width);
      }
      return result;
    },
    dispose: () => options.dispose(),
  };
}

async function readRecord(
  space: ActivationSpace,
  key: string,
  target: Float32Array,
  again: () => Promise<void>,
): Promise<void> {
  try {
    space.read([key], target);
  } catch (error) {
    if (!(error instanceof DamagedRecordsError)) throw error;
    await again();
    space.read([key], target);
  }
}
