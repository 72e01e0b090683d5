import { setImmediate } from 'node:timers/promises';
import { buildStepParts, gradientName, nextName, stepNames, type StepParts } from '@espalier/autodiff';
import { headNames, type Tensor } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import {
  fillBatch,
  keysOf,
  outputsOf,
  requireFinite,
  requireShape,
  stepTensors,
  traceBucket,
} from '../batch.js';
import type { StepResult, Trainer, TrainerSpec } from '../engine.js';
import { compileGraph, createConstants, type CompiledGraph, type Constants } from './graph.js';
import { fromTf, scoped, toTf } from './tensors.js';

/** The step for one shape of batches. */
interface Compiled {
  readonly parts: StepParts;
  /** A batch of each input, written anew for each run. */
  readonly batch: ReadonlyMap<string, Tensor>;
  readonly loss: CompiledGraph;
  readonly evaluation: CompiledGraph;
  readonly update: CompiledGraph;
}

/** Compiles the step of the first bucket; those of the others follow when they are used. */
export async function compileTrainer(spec: TrainerSpec): Promise<Trainer> {
  const constants = createConstants();
  try {
    return createTrainer(spec, constants, await compileBucket(spec, 0, constants));
  } catch (cause) {
    constants.dispose();
    throw cause;
  }
}

async function compileBucket(spec: TrainerSpec, bucket: number, constants: Constants): Promise<Compiled> {
  const { options, batch } = await traceBucket(spec, bucket);
  const parts = buildStepParts(options);
  const [loss, evaluation, update] = [parts.loss, parts.evaluation, parts.update].map((model) =>
    compileGraph(model, constants),
  ) as [CompiledGraph, CompiledGraph, CompiledGraph];
  return { parts, batch, loss, evaluation, update };
}

type Held = ReadonlyMap<string, tf.Variable>;

function createTrainer(spec: TrainerSpec, constants: Constants, first: Compiled): Trainer {
  const { parts } = first;
  const { batch, parameters } = parts;
  const compiled = new Map([[0, first]]);
  const inBucket = async (bucket: number): Promise<Compiled> => {
    const known = compiled.get(bucket) ?? (await compileBucket(spec, bucket, constants));
    compiled.set(bucket, known);
    return known;
  };
  const held = holdParameters(parts);
  const reads = new Set(
    [parts.loss, parts.update].flatMap(({ graph }) => graph.inputs.map(({ name }) => name)),
  );
  let stepNumber = 0;
  const put = (key: string, dims: readonly number[], given: Tensor | undefined): void => {
    const { data, ...known } = requireShape(key, dims, given);
    // A copy: what is given stays the caller's.
    tf.tidy(() => held.get(key)?.assign(toTf({ ...known, data: data.slice() }, key)));
  };
  const take = (key: string): Tensor => fromTf(held.get(key) as tf.Variable, 'float32');

  return {
    batch,
    width: parts.width,
    targetWidth: parts.targetWidth,
    groupCount: parts.groupCount,

    reset: (weights) => {
      stepNumber = 0;
      for (const parameter of parameters) {
        const [name, ...states] = keysOf(parts, parameter) as [string, ...string[]];
        put(name, parameter.dims, weights.get(name));
        for (const key of states) tf.tidy(() => held.get(key)?.assign(tf.zeros([...parameter.dims])));
      }
    },

    step: async (input) => {
      const bucket = await inBucket(input.bucket ?? 0);
      fillBatch(bucket.batch, input.examples, batch);
      const given = stepTensors(parts, input, stepNumber + 1, reads);
      await turn();
      const result = scoped(() => takeStep(bucket, held, new Map([...bucket.batch, ...given])));
      stepNumber++;
      return requireFinite(result, stepNumber, input.rates);
    },

    evaluate: async (examples, rows, index = 0) => {
      const bucket = await inBucket(index);
      fillBatch(bucket.batch, examples, batch);
      await turn();
      const logits = scoped(() => {
        const feeds = new Map([...feedsOf(bucket.batch), ...held]);
        return bucket.evaluation.run(feeds).get(headNames.logits)?.dataSync() as Float32Array;
      });
      return logits.slice(0, rows * outputsOf(parts));
    },

    weights: () => new Map(parameters.map(({ name }) => [name, take(name)])),

    save: () => ({ step: stepNumber, tensors: new Map([...held.keys()].map((key) => [key, take(key)])) }),

    restore: (state) => {
      for (const parameter of parameters) {
        for (const key of keysOf(parts, parameter)) put(key, parameter.dims, state.tensors.get(key));
      }
      stepNumber = state.step;
    },

    dispose: () => {
      for (const variable of held.values()) variable.dispose();
      constants.dispose();
      return Promise.resolve();
    },
  };
}

/** TensorFlow.js computes without a pause; in between others have a turn, such as who stops the study. */
const turn = (): Promise<void> => setImmediate();

/** Parameters, and what the optimizer keeps of each. */
function holdParameters(parts: StepParts): Held {
  const entries = parts.parameters.flatMap((parameter) =>
    keysOf(parts, parameter).map((key): [string, tf.Variable] => {
      const zeros = tf.zeros([...parameter.dims]);
      const variable = tf.variable(zeros, key === parameter.name);
      zeros.dispose();
      return [key, variable];
    }),
  );
  return new Map(entries);
}

const feedsOf = (tensors: ReadonlyMap<string, Tensor>): Map<string, tf.Tensor> =>
  new Map([...tensors].map(([name, tensor]) => [name, toTf(tensor, name)]));

/** One step: the loss, TensorFlow.js's gradients of it, and the update of what is held. */
function takeStep(
  { parts, loss, update }: Compiled,
  held: Held,
  given: ReadonlyMap<string, Tensor>,
): StepResult {
  const feeds = new Map([...feedsOf(given), ...held]);
  const reached = parts.reached.map((name) => held.get(name) as tf.Variable);
  const { value, grads } = tf.variableGrads(() => loss.run(feeds).get(stepNames.loss) as tf.Scalar, reached);
  const gradients = parts.reached.map((name, i): [string, tf.Tensor] => [
    gradientName(name),
    grads[reached[i]?.name as string] as tf.Tensor,
  ]);
  const next = update.run(new Map([...feeds, ...gradients]));
  for (const [key, variable] of held) variable.assign(next.get(nextName(key)) as tf.Tensor);
  const norm = next.get(stepNames.norm)?.dataSync()[0] ?? null;
  return { loss: value.dataSync()[0] as number, norm };
}
