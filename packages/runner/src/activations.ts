import {
  loadPreprocessed,
  viewKey,
  viewOf,
  type AugmentationName,
  type ScannedExample,
  type View,
} from '@espalier/data';
import type { Engine, Forward } from '@espalier/engine';
import {
  DamagedRecordsError,
  exampleKey,
  fillSpaces,
  type FeatureSpace,
  type FeatureStore,
  type FillResult,
} from '@espalier/features';
import { float32, sizeOf } from '@espalier/onnx';
import { cutAt, cutDims, prefixOf, type PreparedBackbone } from './backbone.js';

/** One example as one view shows it. */
export interface Looked {
  readonly example: ScannedExample;
  readonly view: View;
}

/** Cached views of each training example under a policy; a flip alone has two. */
export function viewCount(policy: AugmentationName, views: number): number {
  if (policy === 'none') return 1;
  return policy === 'flip' ? Math.min(2, views) : views;
}

/** View `index` of an example under a policy; index 0 is what evaluation sees. */
export const look = (
  example: ScannedExample,
  policy: AugmentationName,
  index: number,
  seed: number,
): Looked => ({ example, view: viewOf(policy, example.contentHash, index, seed) });

export interface FillProgress {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** The cached activations of one backbone at some freeze depths. */
export interface Activations {
  readonly depths: readonly number[];
  dims(depth: number): readonly number[];
  /** Computes, in one pass for all depths, what is not there yet. */
  fill(wanted: readonly Looked[], progress?: FillProgress): Promise<FillResult>;
  /** Reads rows one after the other into `target`; damaged ones are computed again. */
  read(depth: number, wanted: readonly Looked[], target: Float32Array): Promise<void>;
  /** Bytes one example takes at all depths together. */
  readonly bytesPerExample: number;
  dispose(): Promise<void>;
}

/** At least what a record needs besides its numbers. */
const RECORD_OVERHEAD = 64;

const keyOf = ({ example, view }: Looked): string => exampleKey(example.contentHash, viewKey(view));

export interface ActivationOptions {
  readonly store: FeatureStore;
  readonly engine: Engine;
  readonly prepared: PreparedBackbone;
  readonly depths: readonly number[];
  readonly batch: number;
}

/** Opens the feature spaces of a backbone; the prefix is compiled when something is missing. */
export function openActivations(options: ActivationOptions): Activations {
  const { engine, prepared, batch } = options;
  const depths = [...new Set(options.depths)].sort((a, b) => a - b);
  const spaces = new Map(depths.map((depth) => [depth, spaceOf(options, depth)]));
  const compute = createPrefix(engine, prepared, depths);
  const fill: Activations['fill'] = (wanted, progress) =>
    fillSpaces({
      spaces: [...spaces.values()],
      wanted: wanted.map((source) => ({ key: keyOf(source), source })),
      batch,
      compute: compute.run,
      ...progress,
    });
  return {
    depths,
    dims: (depth) => cutDims(prepared, depth),
    fill,
    read: async (depth, wanted, target) => {
      const space = spaces.get(depth) as FeatureSpace;
      const keys = wanted.map(keyOf);
      try {
        space.read(keys, target);
      } catch (error) {
        if (!(error instanceof DamagedRecordsError)) throw error;
        await fill(wanted.filter((_, i) => error.keys.includes(keys[i] as string)));
        space.read(keys, target);
      }
    },
    bytesPerExample: depths.reduce(
      (sum, depth) => sum + 4 * sizeOf(cutDims(prepared, depth)) + RECORD_OVERHEAD,
      0,
    ),
    dispose: compute.dispose,
  };
}

const spaceOf = ({ store, engine, prepared }: ActivationOptions, depth: number): FeatureSpace =>
  store.space({
    // At depth 0 the activation is the input: the same for every network with this preprocessing.
    // Another engine or device gives other last bits.
    model: depth === 0 ? 'input' : `${prepared.hash} ${engine.name} ${engine.device}`,
    cut: depth === 0 ? 'input' : cutAt(prepared, depth),
    preprocessing: JSON.stringify(prepared.loaded.preprocessing),
    dims: cutDims(prepared, depth),
  });

interface Prefix {
  readonly run: (wanted: readonly Looked[]) => Promise<Float32Array[]>;
  readonly dispose: () => Promise<void>;
}

/** Preprocesses examples and runs the frozen part; gives one array a depth. */
function createPrefix(engine: Engine, prepared: PreparedBackbone, depths: readonly number[]): Prefix {
  const frozen = depths.filter((depth) => depth > 0);
  let forward: Promise<Forward> | null = null;
  return {
    run: async (wanted) => {
      const images = await loadImages(wanted, prepared);
      if (frozen.length === 0) return [images];
      forward ??= engine.compileForward(prefixOf(prepared, frozen));
      const { name, dims } = prepared.input;
      const outputs = await (await forward).run({ [name]: float32([wanted.length, ...dims], images) });
      return depths.map((depth) =>
        depth === 0 ? images : (outputs[cutAt(prepared, depth)]?.data as Float32Array),
      );
    },
    dispose: async () => {
      await (await forward)?.dispose();
    },
  };
}

/** Decodes and preprocesses examples to one array [examples, ...input dims]. */
export async function loadImages(
  wanted: readonly Looked[],
  prepared: PreparedBackbone,
): Promise<Float32Array> {
  const { preprocessing } = prepared.loaded;
  const size = sizeOf(prepared.input.dims);
  const images = new Float32Array(wanted.length * size);
  await Promise.all(
    wanted.map(async ({ example, view }, row) => {
      images.set(await loadPreprocessed(example.path, preprocessing, view), row * size);
    }),
  );
  return images;
}
