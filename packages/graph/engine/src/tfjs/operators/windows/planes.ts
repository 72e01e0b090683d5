import { at, take } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import type { Window } from './window.js';

const isPlanes = (x: tf.Tensor): x is tf.Tensor4D => x.rank === 4;

/**
 * A tensor as the planes that it is.
 *
 * @throws RangeError where it has not four axes
 */
export function planesIn(x: tf.Tensor): tf.Tensor4D {
  if (isPlanes(x)) return x;
  throw new RangeError(`it needs an input of four axes but got [${x.shape}]`);
}

/** [N, C, H, W] or [N, C, W] as [N, H, W, C]: TensorFlow.js's own backend computes in this order alone. */
export function toPlanes(x: tf.Tensor): tf.Tensor4D {
  const [batch, channels] = take(x.shape, 2);
  const width = at(x.shape, -1);
  const spread = x.rank === 3 ? tf.reshape(x, [batch, channels, 1, width]) : x;
  return planesIn(tf.transpose(spread, [0, 2, 3, 1]));
}

/** Back from [N, H, W, C], to as many axes as there were. */
export function fromPlanes(y: tf.Tensor4D, rank: number): tf.Tensor {
  const [batch, , width, channels] = y.shape;
  const first = tf.transpose(y, [0, 3, 1, 2]);
  return rank === 3 ? tf.reshape(first, [batch, channels, width]) : first;
}

/** Planes padded as a window needs it, so that it may go on without any padding. */
export function padPlanes(
  planes: tf.Tensor4D,
  { start, end }: Pick<Window, 'start' | 'end'>,
  value = 0,
): tf.Tensor4D {
  const [top, left] = start;
  const [bottom, right] = [Math.max(0, end[0]), Math.max(0, end[1])];
  if ([top, bottom, left, right].every((pad) => pad === 0)) return planes;
  const pads: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return tf.pad(planes, pads, value);
}

/** Zeros between the places of height and width, none behind the last ones. */
export function setApart(planes: tf.Tensor4D, down: number, across: number): tf.Tensor4D {
  if (down === 1 && across === 1) return planes;
  const [batch, height, width, channels] = planes.shape;
  const spread = tf.reshape(planes, [batch * height, 1, width, 1, channels]);
  const pads: [number, number][] = [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ];
  const whole = tf.reshape(tf.pad(spread, pads), [batch, height * down, width * across, channels]);
  const size = [batch, (height - 1) * down + 1, (width - 1) * across + 1, channels];
  return planesIn(tf.slice(whole, [0, 0, 0, 0], size));
}
