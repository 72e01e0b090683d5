import * as tf from '@tensorflow/tfjs-core';

/** Applies what works along the last axis to another one. */
export function alongAxis(x: tf.Tensor, axis: number, apply: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const last = x.rank - 1;
  if (axis === last) return apply(x);
  const swapped = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  return tf.transpose(apply(tf.transpose(x, swapped)), swapped);
}
