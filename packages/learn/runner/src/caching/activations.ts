import type { Encoder, ScannedExample } from '@espalier/data';
import type { Examples } from '@espalier/engine';
import { DamagedRecordsError, fillSpaces, type FillResult } from '@espalier/activations';
import { sizeOf } from '@espalier/onnx';
import { cutAt, cutDims, suffixAt, type PreparedBackbone } from '../backbone/backbone.js';
import { encodeAll, valuesOf } from '../backbone/inputs.js';
import type { FillProgress, Looked } from './look.js';
import { isCached, keyOfLooked, type Prefix } from './prefix.js';

/** The cached activations of one backbone at some freeze depths. */
export interface Activations {
  readonly depths: readonly number[];
  /** Which of the encoder's buckets an example is in. */
  bucketOf(example: ScannedExample): number;
  /** Computes, in one pass for all depths, what is not there yet, from the deepest activations that are. */
  fill(wanted: readonly Looked[], progress?: FillProgress): Promise<FillResult>;
  /**
   * The inputs of the suffix at a depth for examples of one bucket, side by side; damaged records are
   * computed again. The numbers are valid until the next call.
   */
  read(depth: number, wanted: readonly Looked[], bucket: number): Promise<Examples>;
  /** How many of some examples have activations that are not there yet at some depth. */
  missing(wanted: readonly Looked[]): number;
  /** Bytes an example takes at all depths together. */
  bytesOf(example: ScannedExample): number;
}

/** At least what a record needs besides its numbers. */
const RECORD_OVERHEAD = 64;

export interface ActivationOptions {
  readonly prefix: Prefix;
  readonly prepared: PreparedBackbone;
  readonly depths: readonly number[];
  readonly batch: number;
}

/** Opens the feature spaces of a backbone; the prefix is compiled when something is missing. */
export function openActivations(options: ActivationOptions): Activations {
  const { prefix, prepared, batch } = options;
  const { encoder } = prepared;
  const depths = [...new Set(options.depths)].sort((a, b) => a - b);
  const cached = depths.filter((depth) => isCached(encoder, depth));
  const buffers = createBuffers(prepared);
  const sides = sideInputs(prepared, depths);
  const fillBucket = (
    wanted: readonly Looked[],
    bucket: number,
    progress: FillProgress,
  ): Promise<FillResult> => {
    prefix.refresh(bucket);
    return fillSpaces({
      spaces: cached.map((depth) => prefix.space(depth, bucket)),
      wanted: wanted.map((source) => ({ key: keyOfLooked(source), source })),
      batch,
      startOf: (key, lacking) => prefix.startOf(key, cached[lacking[0] as number] as number, bucket),
      compute: async (part, { lacking, start }) => {
        const lacked = lacking.map((i) => cached[i] as number);
        const made = await prefix.compute(part, lacked, { bucket, start });
        return new Map([...made].map(([depth, { data }]) => [cached.indexOf(depth), data as Float32Array]));
      },
      ...progress,
    });
  };
  return {
    depths,
    bucketOf: (example) => encoder.bucketOf(example),
    fill: (wanted, progress = {}) => fillBuckets(encoder, wanted, progress, fillBucket),
    read: async (depth, wanted, bucket) => {
      const names = sides.get(depth) as readonly string[];
      const all = names.length === 0 ? {} : valuesOf(await encodeAll(encoder, wanted, bucket));
      const side = Object.fromEntries(names.map((name) => [name, all[name] as Examples[string]]));
      if (!isCached(encoder, depth)) return side;
      if (!cached.includes(depth)) throw new RangeError(`freeze depth ${depth} is not cached`);
      const space = prefix.space(depth, bucket);
      const target = buffers(depth, bucket, wanted.length);
      const keys = wanted.map(keyOfLooked);
      try {
        space.read(keys, target);
      } catch (error) {
        if (!(error instanceof DamagedRecordsError)) throw error;
        const damaged = wanted.filter((_, i) => error.keys.includes(keys[i] as string));
        await fillBucket(damaged, bucket, {});
        space.read(keys, target);
      }
      return { ...side, [cutAt(prepared, depth)]: target };
    },
    missing: (wanted) =>
      wanted.filter((looked) => {
        const bucket = encoder.bucketOf(looked.example);
        return cached.some((depth) => !prefix.space(depth, bucket).has(keyOfLooked(looked)));
      }).length,
    bytesOf: (example) => bytesAt(prepared, cached, example),
  };
}

/** Bytes that the activations of an example take at some depths together. */
export function bytesAt(
  prepared: PreparedBackbone,
  depths: readonly number[],
  example: ScannedExample,
): number {
  const bucket = prepared.encoder.bucketOf(example);
  return depths.reduce(
    (sum, depth) => sum + 4 * sizeOf(cutDims(prepared, depth, bucket)) + RECORD_OVERHEAD,
    0,
  );
}

/** Fills bucket by bucket, counting the examples of all. */
async function fillBuckets(
  encoder: Encoder,
  wanted: readonly Looked[],
  { onProgress, signal }: FillProgress,
  fillBucket: (part: readonly Looked[], bucket: number, progress: FillProgress) => Promise<FillResult>,
): Promise<FillResult> {
  let [found, computed, before] = [0, 0, 0];
  const byBucket = encoder.buckets.map((): Looked[] => []);
  for (const one of wanted) byBucket[encoder.bucketOf(one.example)]?.push(one);
  for (const [bucket, part] of byBucket.entries()) {
    if (part.length === 0) continue;
    const result = await fillBucket(part, bucket, {
      onProgress: (done, total) => onProgress?.(before + part.length - total + done, wanted.length),
      ...(signal && { signal }),
    });
    found += result.found;
    computed += result.computed;
    before += part.length;
  }
  return { found, computed };
}

/** One buffer a depth and bucket, as large as the largest batch so far. */
function createBuffers(
  prepared: PreparedBackbone,
): (depth: number, bucket: number, rows: number) => Float32Array {
  const buffers = new Map<string, Float32Array>();
  return (depth, bucket, rows) => {
    const name = `${depth} ${bucket}`;
    const size = rows * sizeOf(cutDims(prepared, depth, bucket));
    const known = buffers.get(name);
    const buffer = known !== undefined && known.length >= size ? known : new Float32Array(size);
    buffers.set(name, buffer);
    return buffer.subarray(0, size);
  };
}

/** Names of what a suffix takes besides the cached activation, such as an attention mask, by depth. */
function sideInputs(
  prepared: PreparedBackbone,
  depths: readonly number[],
): ReadonlyMap<number, readonly string[]> {
  return new Map(
    depths.map((depth) => {
      const names = suffixAt(prepared, depth).graph.inputs.map(({ name }) => name);
      const cut = isCached(prepared.encoder, depth) ? cutAt(prepared, depth) : null;
      return [depth, names.filter((name) => name !== cut)];
    }),
  );
}
