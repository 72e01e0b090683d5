import * as tf from '@tensorflow/tfjs-core';

/** The shape two arrays have together (NumPy). */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    return x === 1 ? y : x;
  });
}

/**
 * A tensor repeated to a shape. As a sum with zeros, whose gradient TensorFlow.js knows for any number of
 * axes: that of its own `broadcastTo` ends at four.
 */
export function expand(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const whole = broadcast(x.shape, shape);
  if (whole.join() === x.shape.join()) return tf.clone(x);
  if (x.dtype === 'bool') return tf.logicalOr(x, tf.zeros(whole, 'bool'));
  return tf.add(x, tf.zeros(whole, x.dtype as 'float32'));
}
