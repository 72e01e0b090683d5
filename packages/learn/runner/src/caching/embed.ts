import type { ScannedExample } from '@espalier/data';
import { createOnnxEngine, type OnnxEngineOptions } from '@espalier/engine';
import type { Backbone } from '@espalier/transfer';
import { plainLook } from './look.js';
import { prepareBackbone } from '../backbone/backbone.js';
import { batchesOf } from './batches.js';
import { encodeAll, onlyInputs } from '../backbone/inputs.js';

export interface EmbedOptions {
  /** Where a backbone keeps what it fetches. */
  readonly cacheFolder: string;
  readonly batch?: number;
  readonly engine?: OnnxEngineOptions;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** One vector an example, row after row. */
export interface Embedding {
  readonly width: number;
  readonly features: Float32Array;
}

/**
 * The pooled features of examples, as the head of an untrained backbone would see them.
 *
 * @throws BackboneError, OnnxError or EngineError where the backbone cannot be used; the signal's reason
 */
export async function embedExamples(
  backbone: Backbone,
  examples: readonly ScannedExample[],
  { cacheFolder, batch = 32, engine = {}, onProgress, signal }: EmbedOptions,
): Promise<Embedding> {
  const { model, encoder, features: output, width } = await prepareBackbone(backbone, cacheFolder);
  const forward = await createOnnxEngine(engine).compileForward(model);
  const features = new Float32Array(examples.length * width);
  const places = examples.map((example, place) => ({ place, ...plainLook(encoder.modality, example) }));
  let done = 0;
  try {
    for (const { bucket, items } of batchesOf(places, batch, ({ example }) => encoder.bucketOf(example))) {
      signal?.throwIfAborted();
      const found = await forward.run(onlyInputs(model, await encodeAll(encoder, items, bucket)));
      const rows = found[output]?.data as Float32Array;
      items.forEach(({ place }, i) => {
        features.set(rows.subarray(i * width, (i + 1) * width), place * width);
      });
      done += items.length;
      onProgress?.(done, examples.length);
    }
  } finally {
    await forward.dispose();
  }
  return { width, features };
}
