import { at, intAttribute } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { rootOf } from '../elementwise/arithmetic.js';
import { fromFront, type Operator, type OperatorContext } from '../operator.js';

type Reduction = (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor;

/** All axes where none are given, or none at all. */
function axesOf(c: OperatorContext): readonly number[] {
  const { rank, shape } = c.input(0);
  const given = c.numbers(1);
  if (given !== null && given.length > 0) return given.map((axis) => fromFront(axis, rank));
  return intAttribute(c.node, 'noop_with_empty_axes', 0) === 1 ? [] : shape.map((_, axis) => axis);
}

const over =
  (reduce: Reduction): Operator =>
  (c) => {
    const axes = axesOf(c);
    const keep = intAttribute(c.node, 'keepdims', 1) === 1;
    return reduce(c.input(0), [...axes], keep);
  };

/** TensorFlow.js takes an empty list of axes for all of them. */
const totalOf: Reduction = (x, axes, keep) => (axes.length === 0 ? tf.clone(x) : tf.sum(x, axes, keep));

export const reduceSum = over(totalOf);
export const reduceMean = over((x, axes, keep) => (axes.length === 0 ? tf.clone(x) : tf.mean(x, axes, keep)));
export const reduceMax = over((x, axes, keep) => (axes.length === 0 ? tf.clone(x) : tf.max(x, axes, keep)));
export const reduceMin = over((x, axes, keep) => (axes.length === 0 ? tf.clone(x) : tf.min(x, axes, keep)));
export const reduceL1 = over((x, axes, keep) => totalOf(tf.abs(x), axes, keep));
/** The gradient is 0 for a vector of zeros, where TensorFlow.js has NaN. */
export const reduceL2 = over((x, axes, keep) => rootOf(totalOf(tf.square(x), axes, keep)));
export const reduceLogSum = over((x, axes, keep) => tf.log(totalOf(x, axes, keep)));
export const reduceLogSumExp = over((x, axes, keep) => tf.logSumExp(x, axes, keep));
export const reduceSumSquare = over((x, axes, keep) => totalOf(tf.square(x), axes, keep));

const spatial = (x: tf.Tensor): number[] => x.shape.flatMap((_, axis) => (axis > 1 ? [axis] : []));

export const globalAveragePool: Operator = (c) => tf.mean(c.input(0), spatial(c.input(0)), true);
export const globalMaxPool: Operator = (c) => tf.max(c.input(0), spatial(c.input(0)), true);

const place =
  (find: (x: tf.Tensor, axis: number) => tf.Tensor): Operator =>
  (c) => {
    const x = c.input(0);
    const axis = fromFront(intAttribute(c.node, 'axis', 0), x.rank);
    const last = intAttribute(c.node, 'select_last_index', 0) === 1;
    const found = last ? tf.sub(at(x.shape, axis) - 1, find(tf.reverse(x, axis), axis)) : find(x, axis);
    return intAttribute(c.node, 'keepdims', 1) === 1
      ? tf.expandDims(tf.cast(found, 'int32'), axis)
      : tf.cast(found, 'int32');
  };

export const argMax = place(tf.argMax);
export const argMin = place(tf.argMin);
