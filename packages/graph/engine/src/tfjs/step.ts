import { setImmediate } from 'node:timers/promises';
import { buildStepParts, gradientName, nextName, stepNames } from '@espalier/autodiff';
import { at, floatsOf, headNames, lookUp, type Tensor } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import type { CompiledStep, TrainingBackend, Variables } from '../trainer/backend.js';
import type { TracedBucket } from '../trainer/batch.js';
import { compileGraph, createConstants, type CompiledGraph, type Constants } from './graph.js';
import { fromTf, scoped, toTf } from './tensors.js';

interface TfVariables extends Variables {
  readonly tensors: ReadonlyMap<string, tf.Variable>;
}

/** Trains with TensorFlow.js: the loss, its own gradients of it, and the update. */
export function tfjsBackend(): TrainingBackend<TfVariables> {
  const constants = createConstants();
  return {
    compile: (bucket) => Promise.resolve(compileStep(bucket, constants)),
    allocate: (shapes) => {
      const tensors = new Map([...shapes].map(([key, dims]) => [key, variableOf(dims)]));
      return {
        tensors,
        read: (key) => floatsOf(fromTf(lookUp(tensors, key), 'float32')),
        write: (key, values) => {
          const variable = lookUp(tensors, key);
          // A copy: what is given stays the caller's.
          tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape)));
        },
        dispose: () => tensors.forEach((variable) => variable.dispose()),
      };
    },
    dispose: () => constants.dispose(),
  };
}

function variableOf(dims: readonly number[]): tf.Variable {
  const zeros = tf.zeros([...dims]);
  const variable = tf.variable(zeros);
  zeros.dispose();
  return variable;
}

/** TensorFlow.js computes without a pause; in between others have a turn, such as who stops the study. */
const turn = (): Promise<void> => setImmediate();

function compileStep({ options, batch }: TracedBucket, constants: Constants): CompiledStep<TfVariables> {
  const parts = buildStepParts(options);
  const graphs = {
    loss: compileGraph(parts.loss, constants),
    update: compileGraph(parts.update, constants),
    reached: parts.reached,
  };
  const evaluation = compileGraph(parts.evaluation, constants);
  const inputs = [parts.loss, parts.update].flatMap(({ graph }) => graph.inputs);
  return {
    facts: parts,
    reads: new Set(inputs.map(({ name }) => name)),
    step: async (variables, given) => {
      await turn();
      return scoped(() => takeStep(graphs, variables, new Map([...batch, ...given])));
    },
    evaluate: async ({ tensors }) => {
      await turn();
      return scoped(() => {
        const logits = lookUp(evaluation.run(new Map([...feedsOf(batch), ...tensors])), headNames.logits);
        return floatsOf(fromTf(logits, 'float32'));
      });
    },
    dispose: () => Promise.resolve(),
  };
}

const feedsOf = (tensors: ReadonlyMap<string, Tensor>): Map<string, tf.Tensor> =>
  new Map([...tensors].map(([name, tensor]) => [name, toTf(tensor, name)]));

interface StepGraphs {
  readonly loss: CompiledGraph;
  readonly update: CompiledGraph;
  /** Names of the parameters the loss changes with. */
  readonly reached: readonly string[];
}

/** One step: the loss, TensorFlow.js's gradients of it, and the update of the variables. */
function takeStep(
  { loss, update, reached }: StepGraphs,
  { tensors }: TfVariables,
  given: ReadonlyMap<string, Tensor>,
): { readonly loss: number; readonly norm: number | null } {
  const feeds = new Map([...feedsOf(given), ...tensors]);
  const trained = reached.map((name) => lookUp(tensors, name));
  const lossOf = (): tf.Scalar => tf.reshape(lookUp(loss.run(feeds), stepNames.loss), []);
  const { value, grads } = tf.variableGrads(lossOf, trained);
  const byVariable = new Map(Object.entries(grads));
  const gradients = reached.map(
    (name, i) => [gradientName(name), lookUp(byVariable, at(trained, i).name)] as const,
  );
  const next = update.run(new Map([...feeds, ...gradients]));
  for (const [key, variable] of tensors) variable.assign(lookUp(next, nextName(key)));
  const norm = next.get(stepNames.norm)?.dataSync()[0] ?? null;
  return { loss: at(value.dataSync(), 0), norm };
}
