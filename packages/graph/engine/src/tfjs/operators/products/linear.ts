import { at, floatAttribute, intAttribute } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { broadcast, expand } from '../elementwise/broadcast.js';
import { product, type Operator } from '../operator.js';

/** Y = A B over the last two axes, the others broadcast; vectors stand for one row or column. */
export const matMul: Operator = (c) => {
  const [left, right] = [c.input(0), c.input(1)];
  const a = left.rank === 1 ? tf.reshape(left, [1, -1]) : left;
  const b = right.rank === 1 ? tf.reshape(right, [-1, 1]) : right;
  const y = b.rank === 2 ? sharedProduct(a, b) : batchedProduct(a, b);
  const shape = [
    ...y.shape.slice(0, -2),
    ...(left.rank === 1 ? [] : [at(y.shape, -2)]),
    ...(right.rank === 1 ? [] : [at(y.shape, -1)]),
  ];
  return shape.length === y.rank ? y : tf.reshape(y, shape);
};

/** One weight for all rows. */
function sharedProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const rows = a.shape.slice(0, -1);
  const flat = tf.reshape(a, [product(rows), at(a.shape, -1)]);
  return tf.reshape(tf.matMul(flat, b), [...rows, at(b.shape, 1)]);
}

/** Both have all batches: the gradient of TensorFlow.js's product does not undo a broadcast. */
function batchedProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const flat = (x: tf.Tensor): tf.Tensor => {
    const matrix = x.shape.slice(-2);
    return tf.reshape(expand(x, [...batch, ...matrix]), [product(batch), ...matrix]);
  };
  const y = tf.matMul(flat(a), flat(b));
  return tf.reshape(y, [...batch, ...y.shape.slice(1)]);
}

/** Y = alpha A' B' + beta C. */
export const gemm: Operator = (c) => {
  const [alpha, beta] = [floatAttribute(c.node, 'alpha', 1), floatAttribute(c.node, 'beta', 1)];
  const [transA, transB] = ['transA', 'transB'].map((name) => intAttribute(c.node, name, 0) === 1);
  const whole = tf.matMul(c.input(0), c.input(1), transA, transB);
  const scaled = alpha === 1 ? whole : tf.mul(whole, alpha);
  const bias = c.optional(2);
  if (bias === null) return scaled;
  return tf.add(scaled, beta === 1 ? bias : tf.mul(bias, beta));
};
