import { floatAttribute, intAttribute, take } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { fromFront, type Operator } from '../operator.js';

interface NormalisedTensor {
  readonly normal: tf.Tensor;
  readonly mean: tf.Tensor;
  /** One over the standard deviation. */
  readonly inverse: tf.Tensor;
}

function normalise(x: tf.Tensor, axes: readonly number[], epsilon: number): NormalisedTensor {
  const mean = tf.mean(x, [...axes], true);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), [...axes], true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return { normal: tf.mul(centred, inverse), mean, inverse };
}

const shifted = (scaled: tf.Tensor, bias: tf.Tensor | null): tf.Tensor =>
  bias === null ? scaled : tf.add(scaled, bias);

export const layerNormalization: Operator = (c) => {
  const x = c.input(0);
  const first = fromFront(intAttribute(c.node, 'axis', -1), x.rank);
  const axes = x.shape.flatMap((_, axis) => (axis < first ? [] : [axis]));
  const { normal, mean, inverse } = normalise(x, axes, floatAttribute(c.node, 'epsilon', 1e-5));
  return [shifted(tf.mul(normal, c.input(1)), c.optional(2)), mean, inverse];
};

/** One number a channel, to go with [N, C, ...]. */
const perChannel = (values: tf.Tensor, rank: number): tf.Tensor =>
  tf.reshape(values, [-1, ...Array.from({ length: rank - 2 }, () => 1)]);

export const instanceNormalization: Operator = (c) => {
  const x = c.input(0);
  const axes = x.shape.flatMap((_, axis) => (axis < 2 ? [] : [axis]));
  const { normal } = normalise(x, axes, floatAttribute(c.node, 'epsilon', 1e-5));
  return tf.add(tf.mul(normal, perChannel(c.input(1), x.rank)), perChannel(c.input(2), x.rank));
};

/** With the statistics of the pre-trained network, which stay as they are. */
export const batchNormalization: Operator = (c) => {
  const x = c.input(0);
  const [scale, shift, mean, variance] = take([1, 2, 3, 4].map(c.input), 4);
  const slope = tf.mul(scale, tf.rsqrt(tf.add(variance, floatAttribute(c.node, 'epsilon', 1e-5))));
  const offset = tf.sub(shift, tf.mul(mean, slope));
  return tf.add(tf.mul(x, perChannel(slope, x.rank)), perChannel(offset, x.rank));
};
