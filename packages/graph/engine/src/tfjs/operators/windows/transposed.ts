import { at, take, intAttribute, intsAttribute, stringAttribute } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { refuse, type Operator, type OperatorContext } from '../operator.js';
import { convolve, filterOf } from './convolution.js';
import { fromPlanes, setApart, toPlanes } from './planes.js';

/** A convolution of the pixels set apart by the strides, with the taps in reverse. */
export const convTranspose: Operator = (c) => {
  const [x, given] = [c.input(0), c.input(1)];
  const [high, wide] = axesOf(c, x.shape.slice(2), given.shape.slice(2));
  const apart = setApart(toPlanes(x), high.stride, wide.stride);
  const padded = fitted(apart, high, wide);
  const groups = intAttribute(c.node, 'group', 1);
  const steps = { strides: [1, 1], dilations: [high.dilation, wide.dilation] } as const;
  const y = convolve(padded, filterOf(turned(given, groups)), steps, groups);
  const bias = c.optional(2);
  return fromPlanes(bias === null ? y : tf.add(y, bias), x.rank);
};

interface Axis {
  readonly stride: number;
  readonly dilation: number;
  /** Places before and behind the pixels that are set apart; less than 0 takes away. */
  readonly before: number;
  readonly behind: number;
}

/** Height and width; a sequence has a height of one. */
function axesOf(
  { node }: OperatorContext,
  input: readonly number[],
  kernel: readonly number[],
): [Axis, Axis] {
  if (kernel.length > 2) throw refuse(node, `it has ${kernel.length} axes besides batch and channels`);
  if (stringAttribute(node, 'auto_pad', 'NOTSET') !== 'NOTSET')
    throw refuse(node, 'it has the attribute auto_pad');
  if (intsAttribute(node, 'output_shape') !== null) throw refuse(node, 'it has the attribute output_shape');
  const number = (name: string, i: number, fallback: number): number =>
    intsAttribute(node, name)?.[i] ?? fallback;
  const axes = input.map((_, i): Axis => {
    const dilation = number('dilations', i, 1);
    const reach = (at(kernel, i) - 1) * dilation;
    return {
      ...{ dilation, stride: number('strides', i, 1) },
      before: reach - number('pads', i, 0),
      behind: reach - number('pads', i + kernel.length, 0) + number('output_padding', i, 0),
    };
  });
  const flat: Axis = { stride: 1, dilation: 1, before: 0, behind: 0 };
  return axes.length === 1 ? [flat, at(axes, 0)] : [at(axes, 0), at(axes, 1)];
}

function fitted(planes: tf.Tensor4D, high: Axis, wide: Axis): tf.Tensor4D {
  const more = (pad: number): number => Math.max(0, pad);
  const padded = tf.pad(planes, [
    [0, 0],
    [more(high.before), more(high.behind)],
    [more(wide.before), more(wide.behind)],
    [0, 0],
  ]);
  const [batch, height, width, channels] = padded.shape;
  const start = [0, more(-high.before), more(-wide.before), 0];
  const rows = height - more(-high.before) - more(-high.behind);
  const columns = width - more(-wide.before) - more(-wide.behind);
  return tf.slice(padded, start, [batch, rows, columns, channels]);
}

/** [C, O / groups, ...kernel] as the weight [O, C / groups, ...kernel] of a convolution, its taps in reverse. */
function turned(weight: tf.Tensor, groups: number): tf.Tensor {
  const axes = weight.shape.map((_, axis) => axis);
  const [channels, outputs] = take(weight.shape, 2);
  const kernel = weight.shape.slice(2);
  const apart = tf.reshape(weight, [groups, channels / groups, outputs, ...kernel]);
  const swapped = tf.transpose(apart, [0, 2, 1, ...axes.slice(2).map((axis) => axis + 1)]);
  const whole = tf.reshape(swapped, [groups * outputs, channels / groups, ...kernel]);
  return tf.reverse(whole, axes.slice(2));
}
