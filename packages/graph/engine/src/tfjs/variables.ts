import { setImmediate } from 'node:timers/promises';
import { floatsOf, lookUp, type Tensor } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import type { Holder, Variables } from '../trainer/backend.js';
import type { Constants } from './graph.js';
import { fromTf, toTf } from './tensors.js';

export interface TfVariables extends Variables {
  readonly tensors: ReadonlyMap<string, tf.Variable>;
}

/** Holds tensors with TensorFlow.js, and the constants of its graphs. */
export const tfHolder = (constants: Constants): Holder<TfVariables> => ({
  allocate: (shapes) => {
    const tensors = new Map([...shapes].map(([key, dims]) => [key, variableOf(dims)]));
    return {
      tensors,
      read: (key, start, length) => valuesOf(lookUp(tensors, key)).slice(start, start + length),
      write: (key, start, values) => {
        const variable = lookUp(tensors, key);
        // A copy: what is given stays the caller's.
        const all = valuesOf(variable);
        all.set(values, start);
        tf.tidy(() => variable.assign(tf.tensor(all, variable.shape)));
      },
      dispose: () => tensors.forEach((variable) => variable.dispose()),
    };
  },
  dispose: () => constants.dispose(),
});

const valuesOf = (variable: tf.Variable): Float32Array => floatsOf(fromTf(variable, 'float32'));

function variableOf(dims: readonly number[]): tf.Variable {
  const zeros = tf.zeros([...dims]);
  const variable = tf.variable(zeros);
  zeros.dispose();
  return variable;
}

/** TensorFlow.js computes without a pause; in between others have a turn, such as who stops the study. */
export const turn = (): Promise<void> => setImmediate();

export const feedsOf = (tensors: ReadonlyMap<string, Tensor>): Map<string, tf.Tensor> =>
  new Map([...tensors].map(([name, tensor]) => [name, toTf(tensor, name)]));
