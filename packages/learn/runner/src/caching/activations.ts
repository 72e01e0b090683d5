import {
  exampleViewKey,
  exampleViewOf,
  plainView,
  type Encoder,
  type ExampleView,
  type PolicyName,
  type ScannedExample,
  isOfFiles,
} from '@espalier/data';
import type { Engine, Examples, Forward } from '@espalier/engine';
import {
  DamagedRecordsError,
  exampleKey,
  fillSpaces,
  type ActivationSpace,
  type ActivationStore,
  type FillResult,
} from '@espalier/activations';
import { sizeOf } from '@espalier/onnx';
import type { Modality } from '@espalier/transfer';
import { cutAt, cutDims, prefixOf, suffixAt, type PreparedBackbone } from '../backbone/backbone.js';
import { encodeAll, onlyInputs, valuesOf } from '../backbone/inputs.js';

/** One example as one view shows it. */
export interface Looked {
  readonly example: ScannedExample;
  readonly view: ExampleView;
}

/** View `index` of an example under a policy; index 0 is what evaluation sees. */
export const look = (
  modality: Modality,
  example: ScannedExample,
  policy: PolicyName,
  index: number,
  seed: number,
): Looked => ({ example, view: exampleViewOf(modality, policy, example.contentHash, index, seed) });

/** An example as evaluation sees it. */
export const plainLook = (modality: Modality, example: ScannedExample): Looked => ({
  example,
  view: plainView(modality),
});

export interface FillProgress {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** The cached activations of one backbone at some freeze depths. */
export interface Activations {
  readonly depths: readonly number[];
  /** Which of the encoder's buckets an example is in. */
  bucketOf(example: ScannedExample): number;
  /** Computes, in one pass for all depths, what is not there yet. */
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
  dispose(): Promise<void>;
}

/** At least what a record needs besides its numbers. */
const RECORD_OVERHEAD = 64;

const keyOf = ({ example, view }: Looked): string => exampleKey(example.contentHash, exampleViewKey(view));

export interface ActivationOptions {
  readonly store: ActivationStore;
  readonly engine: Engine;
  readonly prepared: PreparedBackbone;
  readonly depths: readonly number[];
  readonly batch: number;
}

/** Opens the feature spaces of a backbone; the prefix is compiled when something is missing. */
export function openActivations(options: ActivationOptions): Activations {
  const { engine, prepared, batch } = options;
  const { encoder } = prepared;
  const depths = [...new Set(options.depths)].sort((a, b) => a - b);
  const cached = depths.filter((depth) => isCached(encoder, depth));
  const spaces = openSpaces(options, cached);
  const compute = createPrefix(engine, prepared, cached);
  const buffers = createBuffers(prepared);
  const sides = sideInputs(options);
  const fillBucket = (
    wanted: readonly Looked[],
    bucket: number,
    progress: FillProgress,
  ): Promise<FillResult> =>
    fillSpaces({
      spaces: cached.map((depth) => spaces(depth, bucket)),
      wanted: wanted.map((source) => ({ key: keyOf(source), source })),
      batch,
      compute: (part: readonly Looked[]) => compute.run(part, bucket),
      ...progress,
    });
  const bucketOf = (example: ScannedExample): number => encoder.bucketOf(example);
  return {
    depths,
    bucketOf,
    fill: (wanted, progress = {}) => fillBuckets(encoder, wanted, progress, fillBucket),
    read: async (depth, wanted, bucket) => {
      const names = sides.get(depth) as readonly string[];
      const all = names.length === 0 ? {} : valuesOf(await encodeAll(encoder, wanted, bucket));
      const side = Object.fromEntries(names.map((name) => [name, all[name] as Examples[string]]));
      if (!isCached(encoder, depth)) return side;
      const space = spaces(depth, bucket);
      const target = buffers(depth, bucket, wanted.length);
      const keys = wanted.map(keyOf);
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
        const bucket = bucketOf(looked.example);
        return cached.some((depth) => !spaces(depth, bucket).has(keyOf(looked)));
      }).length,
    bytesOf: (example) => {
      const bucket = bucketOf(example);
      return cached.reduce(
        (sum, depth) => sum + 4 * sizeOf(cutDims(prepared, depth, bucket)) + RECORD_OVERHEAD,
        0,
      );
    },
    dispose: compute.dispose,
  };
}

/** Token ids are made again in less time than it takes to read them. */
const isCached = (encoder: Encoder, depth: number): boolean => depth > 0 || isOfFiles(encoder.modality);

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

/** Spaces by depth and bucket, opened when they are first used. */
function openSpaces(
  { store, engine, prepared }: ActivationOptions,
  depths: readonly number[],
): (depth: number, bucket: number) => ActivationSpace {
  const opened = new Map<string, ActivationSpace>();
  return (depth, bucket) => {
    if (!depths.includes(depth)) throw new RangeError(`freeze depth ${depth} is not cached`);
    const name = `${depth} ${bucket}`;
    const space =
      opened.get(name) ??
      store.space({
        // At depth 0 the activation is the input: the same for every network with this preprocessing.
        // Another engine or device gives other last bits.
        model: depth === 0 ? 'input' : `${prepared.hash} ${engine.name} ${engine.device}`,
        cut: depth === 0 ? 'input' : cutAt(prepared, depth),
        preprocessing: JSON.stringify(prepared.loaded.preprocessing),
        dims: cutDims(prepared, depth, bucket),
      });
    opened.set(name, space);
    return space;
  };
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
function sideInputs({ prepared, depths }: ActivationOptions): ReadonlyMap<number, readonly string[]> {
  return new Map(
    depths.map((depth) => {
      const names = suffixAt(prepared, depth).graph.inputs.map(({ name }) => name);
      const cut = isCached(prepared.encoder, depth) ? cutAt(prepared, depth) : null;
      return [depth, names.filter((name) => name !== cut)];
    }),
  );
}

interface Prefix {
  readonly run: (wanted: readonly Looked[], bucket: number) => Promise<Float32Array[]>;
  readonly dispose: () => Promise<void>;
}

/** Preprocesses examples and runs the frozen part; gives one array a depth. */
function createPrefix(engine: Engine, prepared: PreparedBackbone, depths: readonly number[]): Prefix {
  const frozen = depths.filter((depth) => depth > 0);
  const model = frozen.length === 0 ? null : prefixOf(prepared, frozen);
  let forward: Promise<Forward> | null = null;
  return {
    run: async (wanted, bucket) => {
      const feeds = await encodeAll(prepared.encoder, wanted, bucket);
      const input = feeds[prepared.input.name]?.data as Float32Array;
      if (model === null) return depths.length === 0 ? [] : [input];
      forward ??= engine.compileForward(model);
      const outputs = await (await forward).run(onlyInputs(model, feeds));
      return depths.map((depth) =>
        depth === 0 ? input : (outputs[cutAt(prepared, depth)]?.data as Float32Array),
      );
    },
    dispose: async () => {
      await (await forward)?.dispose();
    },
  };
}
