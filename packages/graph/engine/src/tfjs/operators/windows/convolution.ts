import { at, intAttribute, take } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import type { Operator } from '../operator.js';
import { fromPlanes, padPlanes, planesIn, setApart, toPlanes } from './planes.js';
import { byProducts } from './products.js';
import { windowOf, type Window } from './window.js';

/** The steps of a window over planes that are padded already. */
export type Steps = Pick<Window, 'strides' | 'dilations'>;

export const conv: Operator = (c) => {
  const [x, given] = [c.input(0), c.input(1)];
  const window = windowOf(c.node, given.shape.slice(2), x.shape.slice(2));
  const planes = padPlanes(toPlanes(x), window);
  const groups = intAttribute(c.node, 'group', 1);
  const y = convolve(planes, filterOf(given), window, groups);
  const bias = c.optional(2);
  return fromPlanes(bias === null ? y : tf.add(y, bias), x.rank);
};

/** [O, C, H, W] or [O, C, W] as [H, W, C, O]. */
export function filterOf(weight: tf.Tensor): tf.Tensor4D {
  const [outputs, channels] = take(weight.shape, 2);
  const width = at(weight.shape, -1);
  const spread = weight.rank === 3 ? tf.reshape(weight, [outputs, channels, 1, width]) : weight;
  return planesIn(tf.transpose(spread, [2, 3, 1, 0]));
}

/** Zeros between the taps: TensorFlow.js has no gradient of a convolution with dilations. */
function dilated(filter: tf.Tensor4D, [down, across]: readonly [number, number]): tf.Tensor4D {
  const [height, width, channels, outputs] = filter.shape;
  const plane = planesIn(tf.reshape(filter, [1, height, width, channels * outputs]));
  const apart = setApart(plane, down, across);
  return planesIn(tf.reshape(apart, [apart.shape[1], apart.shape[2], channels, outputs]));
}

export function convolve(
  planes: tf.Tensor4D,
  filter: tf.Tensor4D,
  steps: Steps,
  groups: number,
): tf.Tensor4D {
  if (groups === planes.shape[3] && groups > 1) {
    return depthwise(planes, dilated(filter, steps.dilations), steps.strides);
  }
  const apply = tf.getBackend() === 'cpu' ? byProducts : byKernel;
  if (groups === 1) return apply(planes, filter, steps);
  const inputs = tf.split(planes, groups, 3);
  const filters = tf.split(filter, groups, 3);
  return tf.concat(
    inputs.map((part, i) => apply(planesIn(part), planesIn(at(filters, i)), steps)),
    3,
  );
}

/** TensorFlow's own convolution. */
export const byKernel = (
  planes: tf.Tensor4D,
  filter: tf.Tensor4D,
  { strides, dilations }: Steps,
): tf.Tensor4D => tf.conv2d(planes, dilated(filter, dilations), [...strides], 'valid');

/** Each channel by itself; TensorFlow's own kernel takes one stride for both axes. */
function depthwise(planes: tf.Tensor4D, filter: tf.Tensor4D, [down, across]: Steps['strides']): tf.Tensor4D {
  const channels = planes.shape[3];
  const [height, width, , outputs] = filter.shape;
  const each = planesIn(tf.reshape(filter, [height, width, channels, outputs / channels]));
  if (down === across) return tf.depthwiseConv2d(planes, each, [down, across], 'valid');
  const all = tf.depthwiseConv2d(planes, each, 1, 'valid');
  return everyOf(everyOf(all, 1, down), 2, across);
}

/** Every `step`th place along an axis. */
function everyOf(x: tf.Tensor4D, axis: number, step: number): tf.Tensor4D {
  if (step === 1) return x;
  const places = Array.from({ length: Math.ceil(at(x.shape, axis) / step) }, (_, i) => i * step);
  return tf.gather(x, tf.tensor1d(places, 'int32'), axis);
}
