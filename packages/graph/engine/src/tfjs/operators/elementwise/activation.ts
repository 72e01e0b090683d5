import { floatAttribute, intAttribute } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { fromFront, type Operator } from '../operator.js';
import { alongAxis } from '../reductions/lastAxis.js';
import { unary } from './arithmetic.js';

export const relu = unary(tf.relu);
export const sigmoid = unary(tf.sigmoid);
export const tanh = unary(tf.tanh);
export const softplus = unary(tf.softplus);
export const softsign = unary((x) => tf.div(x, tf.add(tf.abs(x), 1)));

/** min(x, 0). */
const negativePart = (x: tf.Tensor): tf.Tensor => tf.neg(tf.relu(tf.neg(x)));

export const leakyRelu: Operator = (c) => {
  const x = c.input(0);
  return tf.add(tf.relu(x), tf.mul(negativePart(x), floatAttribute(c.node, 'alpha', 0.01)));
};

export const prelu: Operator = (c) => {
  const x = c.input(0);
  return tf.add(tf.relu(x), tf.mul(negativePart(x), c.input(1)));
};

const elus = (x: tf.Tensor, alpha: number, gamma: number): tf.Tensor =>
  tf.mul(tf.add(tf.relu(x), tf.mul(tf.elu(negativePart(x)), alpha)), gamma);

export const elu: Operator = (c) => elus(c.input(0), floatAttribute(c.node, 'alpha', 1), 1);

export const selu: Operator = (c) =>
  elus(
    c.input(0),
    floatAttribute(c.node, 'alpha', 1.6732632423543772),
    floatAttribute(c.node, 'gamma', 1.0507009873554805),
  );

type Limit = tf.Tensor | number | null;

/** As minimum and maximum, whose gradient is none at a limit, as PyTorch's; `clipByValue` passes one there. */
const between = (x: tf.Tensor, low: Limit, high: Limit): tf.Tensor => {
  const above = low === null ? tf.clone(x) : tf.maximum(low, x);
  return high === null ? above : tf.minimum(high, above);
};

export const clip: Operator = (c) => between(c.input(0), c.optional(1), c.optional(2));

const hardSigmoidOf = (x: tf.Tensor, alpha: number, beta: number): tf.Tensor =>
  between(tf.add(tf.mul(x, alpha), beta), 0, 1);

export const hardSigmoid: Operator = (c) =>
  hardSigmoidOf(c.input(0), floatAttribute(c.node, 'alpha', 0.2), floatAttribute(c.node, 'beta', 0.5));

export const hardSwish: Operator = (c) => tf.mul(c.input(0), hardSigmoidOf(c.input(0), 1 / 6, 0.5));

/** TensorFlow.js has these along the last axis alone. */
const soft =
  (apply: (x: tf.Tensor) => tf.Tensor): Operator =>
  (c) => {
    const x = c.input(0);
    return alongAxis(x, fromFront(intAttribute(c.node, 'axis', -1), x.rank), apply);
  };

export const softmax = soft((x) => tf.softmax(x));
export const logSoftmax = soft((x) => tf.logSoftmax(x));
