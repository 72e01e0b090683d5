import type { Encoder, ScannedExample } from '@espalier/data';
import type { Engine, Forward } from '@espalier/engine';
import {
  exampleKey,
  DamagedRecordsError,
  fillSpaces,
  type ActivationSpace,
  type ActivationStore,
} from '@espalier/activations';
import { exampleViewKey } from '@espalier/data';
import type { Model } from '@espalier/onnx';
import { matrix, type Matrix } from '@espalier/probes';
import { plainLook, type FillProgress, type Looked } from '../caching/activations.js';
import { batchesOf } from '../caching/batches.js';
import { encodeAll, onlyInputs } from '../backbone/inputs.js';

export interface VectorOptions {
  readonly store: ActivationStore;
  readonly engine: Engine;
  readonly encoder: Encoder;
  /** From the encoder's inputs to one output [batch, width] for each of the widths. */
  readonly model: Model;
  readonly widths: readonly number[];
  /** Hash of everything the model computes with. */
  readonly hash: string;
  /** The preprocessing in a canonical text form. */
  readonly preprocessing: string;
  readonly batch: number;
}

/** Vectors that a frozen graph gives for examples, cached. */
export interface Vectors {
  /** Computes what is not there yet. */
  fill(examples: readonly ScannedExample[], progress?: FillProgress): Promise<void>;
  /** How many of some examples are not there yet. */
  missing(examples: readonly ScannedExample[]): number;
  /** [examples, width] of one output; what is damaged is computed again. */
  read(output: number, examples: readonly ScannedExample[]): Promise<Matrix>;
  dispose(): Promise<void>;
}

/** Opens the cache of some vectors; the graph is compiled when something is missing. */
export function openVectors(options: VectorOptions): Vectors {
  const { store, engine, encoder, widths, hash, preprocessing, batch } = options;
  const total = widths.reduce((a, b) => a + b, 0);
  const space = store.space({
    model: `${hash} ${engine.name} ${engine.device}`,
    cut: `vectors ${options.model.graph.outputs.map(({ name }) => name).join(' ')}`,
    preprocessing,
    dims: [total],
  });
  const compute = computing(options, total);
  const fill = async (examples: readonly ScannedExample[], progress: FillProgress = {}): Promise<void> => {
    const looked = examples.map((example) => plainLook(encoder.modality, example));
    let done = 0;
    for (const { bucket, items } of batchesOf(looked, Infinity, ({ example }) => encoder.bucketOf(example))) {
      await fillSpaces({
        spaces: [space],
        wanted: items.map((source) => ({ key: keyOf(source), source })),
        batch,
        compute: async (part) => [await compute.run(part, bucket)],
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
      space.refresh();
      return examples.filter((example) => !space.has(keyOf(plainLook(encoder.modality, example)))).length;
    },
    read: async (output, examples) => {
      const width = widths[output] as number;
      const start = widths.slice(0, output).reduce((a, b) => a + b, 0);
      const result = matrix(examples.length, width);
      const record = new Float32Array(total);
      for (const [row, example] of examples.entries()) {
        await readRecord(space, example, encoder, record, () => fill([example]));
        result.data.set(record.subarray(start, start + width), row * width);
      }
      return result;
    },
    dispose: compute.dispose,
  };
}

const keyOf = ({ example, view }: Looked): string => exampleKey(example.contentHash, exampleViewKey(view));

async function readRecord(
  space: ActivationSpace,
  example: ScannedExample,
  encoder: Encoder,
  target: Float32Array,
  again: () => Promise<void>,
): Promise<void> {
  const keys = [keyOf(plainLook(encoder.modality, example))];
  try {
    space.read(keys, target);
  } catch (error) {
    if (!(error instanceof DamagedRecordsError)) throw error;
    await again();
    space.read(keys, target);
  }
}

interface Computing {
  /** [examples, total], the outputs of an example side by side. */
  readonly run: (looked: readonly Looked[], bucket: number) => Promise<Float32Array>;
  readonly dispose: () => Promise<void>;
}

function computing({ engine, encoder, model, widths }: VectorOptions, total: number): Computing {
  let forward: Promise<Forward> | null = null;
  return {
    run: async (looked, bucket) => {
      forward ??= engine.compileForward(model);
      const feeds = onlyInputs(model, await encodeAll(encoder, looked, bucket));
      const outputs = await (await forward).run(feeds);
      const result = new Float32Array(looked.length * total);
      let start = 0;
      for (const [k, { name }] of model.graph.outputs.entries()) {
        const width = widths[k] as number;
        const data = outputs[name]?.data as Float32Array;
        for (let row = 0; row < looked.length; row++) {
          result.set(data.subarray(row * width, (row + 1) * width), row * total + start);
        }
        start += width;
      }
      return result;
    },
    dispose: async () => {
      await (await forward)?.dispose();
    },
  };
}
