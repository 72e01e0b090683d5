import { plainView, type Encodable } from '@espalier/data';
import { createOnnxEngine, type Engine } from '@espalier/engine';
import {
  cutAt,
  encodeAll,
  onlyInputs,
  prefixOf,
  prepareBackbone,
  type Feeds,
  type PreparedBackbone,
} from '@espalier/runner';
import type { Backbone } from '@espalier/transfer';
import { makeExamples } from './examples.js';

/** A loaded backbone and examples to try it on. */
export interface Subject {
  readonly backbone: Backbone;
  /** Folder for the backbone's downloads. */
  readonly folder: string;
  readonly prepared: PreparedBackbone;
  readonly engine: Engine;
  readonly examples: readonly Encodable[];
  /** The shortest bucket that holds all examples. */
  readonly bucket: number;
  /** The preprocessed examples in that bucket. */
  readonly feeds: Feeds;
}

/** Loads a backbone for the checks. */
export async function subjectOf(backbone: Backbone, folder: string): Promise<Subject> {
  const prepared = await prepareBackbone(backbone, folder);
  const { encoder } = prepared;
  const examples = await makeExamples(backbone.modality, folder);
  const bucket = Math.max(...examples.map((example) => encoder.bucketOf(example)));
  const feeds = await encodeExamples(prepared, examples, bucket);
  return { backbone, folder, prepared, engine: createOnnxEngine(), examples, bucket, feeds };
}

/** Examples as they are, in a bucket. */
export function encodeExamples(
  { encoder }: PreparedBackbone,
  examples: readonly Encodable[],
  bucket: number,
): Promise<Feeds> {
  const view = plainView(encoder.modality);
  return encodeAll(
    encoder,
    examples.map((example) => ({ example, view })),
    bucket,
  );
}

export async function featuresOf({ prepared, engine }: Subject, feeds: Feeds): Promise<Float32Array> {
  const forward = await engine.compileForward(prepared.model);
  const outputs = await forward.run(onlyInputs(prepared.model, feeds));
  await forward.dispose();
  return outputs[prepared.features]?.data as Float32Array;
}

/** Computes the inputs of a suffix: the output of the first `depth` stages for the examples, and the side inputs. */
export async function inputsAt({ prepared, engine, feeds }: Subject, depth: number): Promise<Feeds> {
  if (depth === 0) return feeds;
  const prefix = prefixOf(prepared, [depth]);
  const forward = await engine.compileForward(prefix);
  const outputs = await forward.run(onlyInputs(prefix, feeds));
  await forward.dispose();
  const cut = cutAt(prepared, depth);
  return { ...feeds, [cut]: outputs[cut] as Feeds[string] };
}
