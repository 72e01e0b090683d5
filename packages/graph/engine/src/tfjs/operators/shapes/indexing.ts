import { at, intAttribute, stringAttribute, take } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { fromFront, product, refuse, stridesOf, type Operator, type OperatorContext } from '../operator.js';
import { alongAxis } from '../reductions/lastAxis.js';

/** Negative indices count from the end. */
const wrapped = (indices: tf.Tensor, extent: number): tf.Tensor => {
  const whole = tf.cast(indices, 'int32');
  return tf.mod(tf.add(whole, tf.scalar(extent, 'int32')), tf.scalar(extent, 'int32'));
};

export const gather: Operator = (c) => {
  const [x, indices] = [c.input(0), c.input(1)];
  const axis = fromFront(intAttribute(c.node, 'axis', 0), x.rank);
  return tf.gather(x, wrapped(indices, at(x.shape, axis)), axis);
};

/** Places in the flat data of the elements that the indices of GatherElements and its like mean. */
function positionsOf(c: OperatorContext, x: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const axis = fromFront(intAttribute(c.node, 'axis', 0), x.rank);
  const strides = stridesOf(x.shape);
  const own = stridesOf(indices.shape);
  const others = Int32Array.from({ length: indices.size }, (_, place) =>
    indices.shape.reduce((sum, dim, i) => {
      const along = Math.floor(place / at(own, i)) % dim;
      return i === axis ? sum : sum + along * at(strides, i);
    }, 0),
  );
  const along = tf.mul(wrapped(indices, at(x.shape, axis)), tf.scalar(at(strides, axis), 'int32'));
  return tf.add(along, tf.tensor(others, indices.shape, 'int32'));
}

export const gatherElements: Operator = (c) => {
  const [x, indices] = [c.input(0), c.input(1)];
  return tf.gather(tf.reshape(x, [x.size]), positionsOf(c, x, indices), 0);
};

/** The data as rows, one for each place that the last axis of the indices can name, and those places. */
function rowsOf(x: tf.Tensor, indices: tf.Tensor): { readonly rows: tf.Tensor; readonly places: tf.Tensor } {
  const depth = at(indices.shape, -1);
  const named = x.shape.slice(0, depth);
  const extents = tf.tensor1d(named, 'int32');
  const within = tf.mod(tf.add(tf.cast(indices, 'int32'), extents), extents);
  const places = tf.sum(tf.mul(within, tf.tensor1d(stridesOf(named), 'int32')), -1);
  return { rows: tf.reshape(x, [product(named), ...x.shape.slice(depth)]), places: tf.cast(places, 'int32') };
}

export const gatherND: Operator = (c) => {
  if (intAttribute(c.node, 'batch_dims', 0) > 0) throw refuse(c.node, 'it has batch dimensions');
  const { rows, places } = rowsOf(c.input(0), c.input(1));
  return tf.gather(rows, places, 0);
};

/**
 * Rows put in the places of others, or added to them. What is overwritten is left out by picking each row
 * from the old and the new ones side by side, of which TensorFlow.js knows the gradient.
 */
function scatter(c: OperatorContext, rows: tf.Tensor, places: tf.Tensor, updates: tf.Tensor): tf.Tensor {
  const reduction = stringAttribute(c.node, 'reduction', 'none');
  const count = at(rows.shape, 0);
  const fresh = tf.reshape(updates, [places.size, ...rows.shape.slice(1)]);
  const flat = tf.reshape<tf.Rank.R1>(places, [places.size]);
  if (reduction === 'add') return tf.add(rows, tf.unsortedSegmentSum(fresh, flat, count));
  if (reduction !== 'none') throw refuse(c.node, `it has the reduction '${reduction}'`);
  const source = Int32Array.from({ length: count }, (_, row) => row);
  flat.dataSync().forEach((row, i) => (source[row] = count + i));
  return tf.gather(tf.concat([rows, fresh], 0), tf.tensor1d(source, 'int32'), 0);
}

export const scatterND: Operator = (c) => {
  const x = c.input(0);
  const { rows, places } = rowsOf(x, c.input(1));
  return tf.reshape(scatter(c, rows, places, c.input(2)), x.shape);
};

export const scatterElements: Operator = (c) => {
  const [x, indices] = [c.input(0), c.input(1)];
  const placed = scatter(c, tf.reshape(x, [x.size]), positionsOf(c, x, indices), c.input(2));
  return tf.reshape(placed, x.shape);
};

export const cumSum: Operator = (c) => {
  const x = c.input(0);
  const axis = fromFront(c.numbers(1)?.[0] ?? 0, x.rank);
  const [exclusive, reverse] = ['exclusive', 'reverse'].map((name) => intAttribute(c.node, name, 0) === 1);
  // The gradient that TensorFlow.js has along other axes is of another shape.
  return alongAxis(x, axis, (y) => tf.cumsum(y, y.rank - 1, exclusive, reverse));
};

/** One triangle of the last two axes, zeros in the other. */
export const trilu: Operator = (c) => {
  const x = c.input(0);
  const [rows, columns] = take(x.shape.slice(-2), 2);
  const offset = c.numbers(1)?.[0] ?? 0;
  const upper = intAttribute(c.node, 'upper', 1) === 1;
  const kept = Uint8Array.from({ length: product(x.shape) }, (_, place) => {
    const [row, column] = [Math.floor(place / columns) % rows, place % columns];
    return (upper ? column >= row + offset : column <= row + offset) ? 1 : 0;
  });
  return tf.where(tf.tensor(kept, x.shape, 'bool'), x, tf.zerosLike(x));
};

export const nonZero: Operator = (c) => {
  const x = c.input(0);
  const strides = stridesOf(x.shape);
  const found = [...x.dataSync()].flatMap((value, place) => (value === 0 ? [] : [place]));
  const places = x.shape.flatMap((dim, axis) =>
    found.map((place) => Math.floor(place / at(strides, axis)) % dim),
  );
  return tf.tensor(Int32Array.from(places), [x.rank, found.length], 'int32');
};

export const oneHot: Operator = (c) => {
  const [indices, values] = [c.input(0), c.input(2)];
  const depth = c.numbers(1)?.[0] ?? 0;
  const [off, on] = take(values.dataSync(), 2);
  const axis = fromFront(intAttribute(c.node, 'axis', -1), indices.rank + 1);
  const last = tf.cast(tf.oneHot(wrapped(indices, depth), depth, on, off), values.dtype);
  const perm = indices.shape.map((_, i) => i);
  perm.splice(axis, 0, indices.rank);
  return tf.transpose(last, perm);
};
