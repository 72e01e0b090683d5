import { intAttribute, take, type Tensor } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { isFloat, toTf } from '../../tensors.js';
import { expand } from '../elementwise/broadcast.js';
import type { Operator } from '../operator.js';

/** One value everywhere; 0 unless the node gives another. */
export const constantOfShape: Operator = (c) => {
  const attribute = c.node.attributes['value'];
  const value: Tensor =
    attribute?.kind === 'tensor'
      ? attribute.value
      : { dtype: 'float32', dims: [1], data: new Float32Array(1) };
  return expand(tf.reshape(toTf(value, c.node.name), []), c.numbers(0) ?? []);
};

export const range: Operator = (c) => {
  const [start, limit, step] = take(
    [0, 1, 2].map((i) => c.numbers(i)?.[0] ?? 0),
    3,
  );
  const length = Math.max(0, Math.ceil((limit - start) / step));
  const values = Array.from({ length }, (_, i) => start + i * step);
  return tf.tensor1d(values, isFloat(c.input(0)) ? 'float32' : 'int32');
};

export const eyeLike: Operator = (c) => {
  const x = c.input(0);
  const [rows, columns] = take(x.shape, 2);
  const offset = intAttribute(c.node, 'k', 0);
  const data = Float32Array.from({ length: rows * columns }, (_, at) =>
    (at % columns) - Math.floor(at / columns) === offset ? 1 : 0,
  );
  return tf.cast(tf.tensor(data, [rows, columns]), x.dtype);
};
