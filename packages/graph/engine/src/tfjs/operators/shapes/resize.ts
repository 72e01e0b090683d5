import { at, intsAttribute, resizedAxes } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { fromFront, product, type Operator } from '../operator.js';

/** Each resized axis is multiplied by its matrix. */
export const resize: Operator = (c) => {
  const x = c.input(0);
  const scales = c.numbers(2);
  const given = scales === null || scales.length === 0 ? null : scales;
  const axes = (intsAttribute(c.node, 'axes') ?? x.shape.map((_, axis) => axis)).map((axis) =>
    fromFront(axis, x.rank),
  );
  const to = x.shape.map((dim, axis) => {
    const place = axes.indexOf(axis);
    if (place < 0) return dim;
    return given === null ? at(c.numbers(3) ?? [], place) : Math.floor(dim * at(given, place));
  });
  const resized = resizedAxes(c.node, x.shape, to, given);
  return resized.reduce(
    (y, axis) => multiplied(y, axis.axis, tf.tensor2d(axis.weights, [axis.to, axis.from])),
    tf.clone(x),
  );
};

/** An axis times a matrix [to, from]. */
function multiplied(x: tf.Tensor, axis: number, matrix: tf.Tensor2D): tf.Tensor {
  const before = product(x.shape.slice(0, axis));
  const after = product(x.shape.slice(axis + 1));
  const [to, from] = matrix.shape;
  const columns = tf.reshape(tf.transpose(tf.reshape(x, [before, from, after]), [1, 0, 2]), [from, -1]);
  const rows = tf.reshape(tf.matMul(matrix, columns), [to, before, after]);
  return tf.reshape(
    tf.transpose(rows, [1, 0, 2]),
    x.shape.map((dim, i) => (i === axis ? to : dim)),
  );
}
