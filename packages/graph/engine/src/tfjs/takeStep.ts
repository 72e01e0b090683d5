import { gradientName, nextName, stepNames } from '@espalier/autodiff';
import { at, floatsOf, lookUp, type Tensor } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import type { HeadResults } from '../trainer/backend.js';
import type { CompiledGraph } from './graph.js';
import { fromTf } from './tensors.js';
import { feedsOf, type TfVariables } from './variables.js';

export interface StepGraphs {
  /** One loss, or one for each of several heads. */
  readonly loss: CompiledGraph;
  readonly update: CompiledGraph;
  /** Names of the parameters the loss changes with. */
  readonly reached: readonly string[];
}

/**
 * One step: the loss, TensorFlow.js's gradients of it, and the update of the variables. A head's loss depends on
 * its own parameters alone, so that the gradients of the sum are those of each.
 */
export function takeStep(
  { loss, update, reached }: StepGraphs,
  { tensors }: TfVariables,
  given: ReadonlyMap<string, Tensor>,
): HeadResults {
  const feeds = new Map([...feedsOf(given), ...tensors]);
  const trained = reached.map((name) => lookUp(tensors, name));
  const found: Float32Array[] = [];
  const lossOf = (): tf.Scalar => {
    const each = lookUp(loss.run(feeds), stepNames.loss);
    found.push(floatsOf(fromTf(each, 'float32')));
    return tf.sum(each);
  };
  const { grads } = tf.variableGrads(lossOf, trained);
  const byVariable = new Map(Object.entries(grads));
  const gradients = reached.map(
    (name, i) => [gradientName(name), lookUp(byVariable, at(trained, i).name)] as const,
  );
  const next = update.run(new Map([...feeds, ...gradients]));
  for (const [key, variable] of tensors) variable.assign(lookUp(next, nextName(key)));
  const norm = next.get(stepNames.norm);
  return { losses: at(found, 0), norms: norm === undefined ? null : floatsOf(fromTf(norm, 'float32')) };
}
