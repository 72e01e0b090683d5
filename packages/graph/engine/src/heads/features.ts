import {
  at,
  appendPooling,
  float32,
  floatsOf,
  lookUp,
  poolFeatures,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import type { Examples, Forward, HeadsSpec } from '../engine.js';
import { fillBatch, traceSuffix } from '../trainer/batch.js';

/** Computes what heads read, once for all of them. */
export interface FeatureReader {
  /** Length of one example's feature vector. */
  readonly width: number;
  /** Features [rows, width] of up to a batch of examples; the rows left over repeat the first. */
  readonly read: (examples: Examples, bucket?: number) => Promise<Tensor>;
  readonly dispose: () => Promise<void>;
}

/** What heads read, as the frozen part gives it. A suffix may have pooled its features already, under the usual name. */
const HEAD_FEATURES = 'features_of_heads';

interface Bucket {
  readonly batch: ReadonlyMap<string, Tensor>;
  readonly width: number;
  /** Null where one of the inputs is the features. */
  readonly forward: Forward | null;
  /** Name of the features among the inputs, or the results of `forward`. */
  readonly features: string;
}

/**
 * Compiles the frozen part of the first bucket; those of the others follow when they are used.
 *
 * @param rows of the features, at least a batch
 */
export async function createFeatureReader(
  spec: HeadsSpec,
  rows: number,
  compileForward: (model: Model) => Promise<Forward>,
): Promise<FeatureReader> {
  const buckets = new Map<number, Bucket>();
  const bucketAt = async (index: number): Promise<Bucket> => {
    const known = buckets.get(index);
    if (known !== undefined) return known;
    const { model, dims, batch } = await traceSuffix({ ...spec, batch: rows }, index);
    const features = model.graph.outputs[0]?.name ?? '';
    const pooled = poolFeatures(features, lookUp(dims, features), spec.pooling);
    const { width } = pooled;
    // A reshape leaves the values as they are.
    const same = model.graph.nodes.length === 0 && at(pooled.nodes, 0).opType === 'Reshape';
    const forward = same ? null : await compileForward(appendPooling(model, pooled, HEAD_FEATURES));
    const bucket = { batch, width, forward, features: same ? features : HEAD_FEATURES };
    buckets.set(index, bucket);
    return bucket;
  };
  const { width } = await bucketAt(0);
  return {
    width,
    read: async (examples, index = 0) => {
      const { batch, forward, features } = await bucketAt(index);
      fillBatch(batch, examples, rows, spec.batch);
      if (forward === null) return float32([rows, width], floatsOf(lookUp(batch, features)));
      const results = await forward.run(Object.fromEntries(batch));
      return lookUp(new Map(Object.entries(results)), features);
    },
    dispose: async () => {
      for (const { forward } of buckets.values()) await forward?.dispose();
    },
  };
}
