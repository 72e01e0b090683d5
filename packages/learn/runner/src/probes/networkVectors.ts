import type { ActivationStore } from '@espalier/activations';
import { sha256Of } from '@espalier/base/files';
import type { Engine, Forward } from '@espalier/engine';
import type { Model, Tensor } from '@espalier/onnx';
import { cutAt, type PreparedBackbone } from '../backbone/backbone.js';
import { hashOfPart } from '../backbone/chain.js';
import { encodeAll, type Feeds } from '../backbone/inputs.js';
import type { Looked } from '../caching/look.js';
import type { Prefix } from '../caching/prefix.js';
import { summaryAt } from './blocks.js';
import { openVectors, type Vectors } from './vectors.js';

export interface NetworkVectorOptions {
  readonly store: ActivationStore;
  readonly engine: Engine;
  readonly prepared: PreparedBackbone;
  readonly prefix: Prefix;
  /** Whose summaries are wanted, ascending. */
  readonly depths: readonly number[];
  readonly batch: number;
}

/**
 * The summaries of a network's activations at some depths, each depth cached by what computes it, so that
 * networks with the same first stages share them.
 */
export function networkVectors(options: NetworkVectorOptions): Vectors {
  const { store, engine, prepared, prefix, depths, batch } = options;
  const { encoder, loaded } = prepared;
  const summaries = depths.map((depth) => summaryAt(prepared, depth));
  const forwards = new Map<number, Promise<Forward>>();
  const forwardOf = (index: number, model: Model): Promise<Forward> => {
    const forward = forwards.get(index) ?? engine.compileForward(model);
    forwards.set(index, forward);
    return forward;
  };
  const summarised = async (index: number, activation: Tensor, feeds: Feeds): Promise<Float32Array> => {
    const { model, blocks } = summaries[index] as (typeof summaries)[number];
    const cut = cutAt(prepared, depths[index] as number);
    const given = model.graph.inputs.map(({ name }) => [name, name === cut ? activation : feeds[name]]);
    const outputs = await (await forwardOf(index, model)).run(Object.fromEntries(given) as Feeds);
    return sideBySide(
      blocks.map(({ tensor, width }) => ({ data: outputs[tensor]?.data as Float32Array, width })),
      activation.dims[0] as number,
    );
  };
  const readMasks = summaries.some(({ model }) => model.graph.inputs.length > 1);
  const masksOf = (looked: readonly Looked[], bucket: number): Promise<Feeds> =>
    readMasks ? encodeAll(encoder, looked, bucket) : Promise.resolve({});
  return openVectors({
    store,
    encoder,
    batch,
    groups: summaries.map(({ model, blocks }, i) => ({
      key: {
        computation: `${prefix.computationOf(depths[i] as number)} ${sha256Of('summary', hashOfPart(prepared, model))}`,
        preprocessing: JSON.stringify(loaded.preprocessing),
      },
      widths: blocks.map(({ width }) => width),
    })),
    filling: (bucket) => {
      prefix.refresh(bucket);
      return {
        startOf: (key, lacking) => prefix.startOf(key, depths[lacking[0] as number] as number, bucket),
        compute: async (part, { lacking, start }) => {
          const lacked = lacking.map((i) => depths[i] as number);
          const activations = await prefix.compute(part, lacked, { bucket, start });
          const looked = part.map(({ source }) => source);
          const feeds = await masksOf(looked, bucket);
          const made = new Map<number, Float32Array>();
          for (const i of lacking) {
            const activation = activations.get(depths[i] as number) as Tensor;
            made.set(i, await summarised(i, activation, feeds));
          }
          return made;
        },
      };
    },
    dispose: async () => {
      for (const forward of forwards.values()) await (await forward).dispose();
    },
  });
}

interface Columns {
  /** [rows, width] */
  readonly data: Float32Array;
  readonly width: number;
}

/** [rows, the widths together] */
export function sideBySide(parts: readonly Columns[], rows: number): Float32Array {
  const total = parts.reduce((sum, { width }) => sum + width, 0);
  const result = new Float32Array(rows * total);
  let start = 0;
  for (const { data, width } of parts) {
    for (let row = 0; row < rows; row++) {
      result.set(data.subarray(row * width, (row + 1) * width), row * total + start);
    }
    start += width;
  }
  return result;
}
