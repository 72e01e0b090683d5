import { at, intAttribute, intsAttribute, stringAttribute, take } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { expand as expandTo } from '../elementwise/broadcast.js';
import { fromFront, product, refuse, type Operator, type OperatorContext } from '../operator.js';

/** 0 keeps the length that the input has there, -1 takes what is left. */
export const reshape: Operator = (c) => {
  const x = c.input(0);
  const keepsZeros = intAttribute(c.node, 'allowzero', 0) === 1;
  const shape = (c.numbers(1) ?? []).map((dim, i) => (dim === 0 && !keepsZeros ? at(x.shape, i) : dim));
  return tf.reshape(x, shape);
};

export const flatten: Operator = (c) => {
  const x = c.input(0);
  const axis = fromFront(intAttribute(c.node, 'axis', 1), x.rank);
  return tf.reshape(x, [product(x.shape.slice(0, axis)), product(x.shape.slice(axis))]);
};

export const squeeze: Operator = (c) => {
  const x = c.input(0);
  const given = c.numbers(1)?.map((axis) => fromFront(axis, x.rank));
  return tf.reshape(
    x,
    x.shape.filter((dim, axis) => (given === undefined ? dim !== 1 : !given.includes(axis))),
  );
};

export const unsqueeze: Operator = (c) => {
  const x = c.input(0);
  const given = c.numbers(1) ?? [];
  const rank = x.rank + given.length;
  const axes = given.map((axis) => fromFront(axis, rank));
  const rest = x.shape.values();
  return tf.reshape(
    x,
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.next().value ?? 1))),
  );
};

export const transpose: Operator = (c) => {
  const x = c.input(0);
  const perm = intsAttribute(c.node, 'perm') ?? x.shape.map((_, axis) => x.rank - 1 - axis);
  return tf.transpose(x, [...perm]);
};

export const expand: Operator = (c) => expandTo(c.input(0), c.numbers(1) ?? []);

/** Copies side by side along each axis, as [repeats, length] of one. */
export const tile: Operator = (c) => {
  const x = c.input(0);
  const repeats = c.numbers(1) ?? [];
  const apart = tf.reshape(
    x,
    x.shape.flatMap((dim) => [1, dim]),
  );
  const copies = expandTo(
    apart,
    x.shape.flatMap((dim, axis) => [at(repeats, axis), dim]),
  );
  return tf.reshape(
    copies,
    x.shape.map((dim, axis) => dim * at(repeats, axis)),
  );
};

export const concat: Operator = (c) => {
  const axis = fromFront(intAttribute(c.node, 'axis', 0), c.input(0).rank);
  return c.inputs.length === 1 ? tf.clone(c.input(0)) : tf.concat([...c.inputs], axis);
};

export const split: Operator = (c) => {
  const x = c.input(0);
  const axis = fromFront(intAttribute(c.node, 'axis', 0), x.rank);
  const count = c.node.outputs.length;
  const most = Math.ceil(at(x.shape, axis) / count);
  const even = Array.from({ length: count }, (_, i) => Math.min(most, at(x.shape, axis) - i * most));
  return tf.split(x, [...(c.numbers(1) ?? even)], axis);
};

export const shape: Operator = (c) => {
  const dims = c.input(0).shape;
  const start = intAttribute(c.node, 'start', 0);
  const end = intAttribute(c.node, 'end', dims.length);
  return tf.tensor1d(dims.slice(start, end), 'int32');
};

export const size: Operator = (c) => tf.scalar(c.input(0).size, 'int32');

export const slice: Operator = (c) => {
  const x = c.input(0);
  const starts = c.numbers(1) ?? [];
  const ends = c.numbers(2) ?? [];
  const axes = c.numbers(3) ?? starts.map((_, i) => i);
  const steps = c.numbers(4) ?? starts.map(() => 1);
  const cuts = axes.map((axis, i) =>
    cutOf(x.shape, fromFront(axis, x.rank), at(starts, i), at(ends, i), at(steps, i)),
  );
  const plain = cuts.filter(({ step }) => step === 1);
  const begin = x.shape.map((_, axis) => plain.find((cut) => cut.axis === axis)?.start ?? 0);
  const lengths = x.shape.map((dim, axis) => plain.find((cut) => cut.axis === axis)?.length ?? dim);
  const within = tf.slice(x, begin, lengths);
  // TensorFlow.js has no gradient of a slice with steps, and one of picking places.
  return cuts
    .filter(({ step }) => step !== 1)
    .reduce((y, { axis, start, step, length }) => {
      const places = Int32Array.from({ length }, (_, i) => start + i * step);
      return tf.gather(y, tf.tensor1d(places, 'int32'), axis);
    }, within);
};

interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

function cutOf(dims: readonly number[], axis: number, from: number, to: number, step: number): Cut {
  const extent = at(dims, axis);
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const placed = (at: number, least: number): number =>
    Math.min(Math.max(at < 0 ? at + extent : at, least), high);
  const start = placed(from, Math.max(low, 0));
  const end = placed(to, low);
  return { axis, start, step, length: Math.max(0, Math.ceil((end - start) / step)) };
}

export const pad: Operator = (c) => {
  const x = c.input(0);
  const amounts = c.numbers(1) ?? [];
  const axes = (c.numbers(3) ?? x.shape.map((_, axis) => axis)).map((axis) => fromFront(axis, x.rank));
  const pads = x.shape.map((): [number, number] => [0, 0]);
  axes.forEach((axis, i) => (pads[axis] = [at(amounts, i), at(amounts, i + axes.length)]));
  const cropped = crop(x, pads);
  const grown = pads.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]);
  const mode = stringAttribute(c.node, 'mode', 'constant');
  if (mode === 'constant') return tf.pad(cropped, grown, c.numbers(2)?.[0] ?? 0);
  return grown.reduce((y, [before, after], axis) => {
    if (before === 0 && after === 0) return y;
    const extent = at(y.shape, axis);
    const places = Int32Array.from({ length: before + extent + after }, (_, i) =>
      mirrored(c, mode, i - before, extent),
    );
    return tf.gather(y, tf.tensor1d(places, 'int32'), axis);
  }, cropped);
};

/** Takes away what less than no padding stands for. */
function crop(x: tf.Tensor, pads: readonly (readonly [number, number])[]): tf.Tensor {
  const begin = pads.map(([before]) => Math.max(0, -before));
  const lengths = x.shape.map((dim, axis) => dim - at(begin, axis) - Math.max(0, -(pads[axis]?.[1] ?? 0)));
  return tf.slice(x, begin, lengths);
}

/** The place of an axis that stands for one outside of it. */
function mirrored(c: OperatorContext, mode: string, at: number, extent: number): number {
  switch (mode) {
    case 'edge':
      return Math.min(Math.max(at, 0), extent - 1);
    case 'wrap':
      return ((at % extent) + extent) % extent;
    case 'reflect': {
      const period = Math.max(1, 2 * (extent - 1));
      const folded = ((at % period) + period) % period;
      return Math.min(folded, period - folded);
    }
    default:
      throw refuse(c.node, `its mode is ${mode}`);
  }
}

/** Channels become pixels of a block: depth, column and row, or column and row first. */
export const depthToSpace: Operator = (c) => {
  const block = intAttribute(c.node, 'blocksize', 1);
  const [batch, channels, height, width] = take(c.input(0).shape, 4);
  const left = channels / (block * block);
  const columnsFirst = stringAttribute(c.node, 'mode', 'DCR') === 'CRD';
  const split = columnsFirst ? [batch, left, block, block] : [batch, block, block, left];
  const apart = tf.reshape(c.input(0), [...split, height, width]);
  const turned = tf.transpose(apart, columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  return tf.reshape(turned, [batch, left, height * block, width * block]);
};

export const spaceToDepth: Operator = (c) => {
  const block = intAttribute(c.node, 'blocksize', 1);
  const [batch, channels, height, width] = take(c.input(0).shape, 4);
  const [rows, columns] = [height / block, width / block];
  const apart = tf.reshape(c.input(0), [batch, channels, rows, block, columns, block]);
  const turned = tf.transpose(apart, [0, 3, 5, 1, 2, 4]);
  return tf.reshape(turned, [batch, channels * block * block, rows, columns]);
};
