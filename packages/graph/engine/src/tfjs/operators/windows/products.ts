import { at, take } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { planesIn } from './planes.js';
import type { Window } from './window.js';

type Pair = readonly [number, number];

/**
 * A convolution as a sum of matrix products, one for each tap of the filter. In JavaScript its gradient is
 * some fifty times as fast as that of `conv2d`, whose kernel for filters reads every number by its place.
 * A tap's input is one piece of memory: the planes, as rows, from some row on. What falls over the edge of
 * a plane is cut off in the end.
 */
export function byProducts(
  planes: tf.Tensor4D,
  filter: tf.Tensor4D,
  { strides, dilations }: Pick<Window, 'strides' | 'dilations'>,
): tf.Tensor4D {
  const [height, width, channels, outputs] = filter.shape;
  const taps = tapsOf([height, width], strides, dilations);
  const { phases, extent } = phasesOf(planes, strides, taps);
  const [rows, columns] = extent;
  const batch = planes.shape[0];
  const count = batch * rows * columns;
  const shiftOf = ({ row, column }: Tap): number => row * columns + column;
  const most = Math.max(...taps.map(shiftOf));
  const filters = tf.reshape(filter, [height * width * channels, outputs]);
  const parts = taps.map((tap, i) => {
    const phase = at(phases, tap.phase);
    const weight = tf.slice(filters, [i * channels, 0], [channels, outputs]) as tf.Tensor2D;
    return tf.matMul(tf.slice(phase, [shiftOf(tap), 0], [count - most, planes.shape[3]]), weight);
  });
  const sum = parts.reduce((a, b) => tf.add(a, b));
  const whole = most === 0 ? sum : tf.concat([sum, tf.zeros([most, outputs])]);
  const placed = tf.reshape(whole, [batch, rows, columns, outputs]);
  const places = [0, 1].map((i) => {
    const reach = (at(filter.shape, i) - 1) * at(dilations, i) + 1;
    return Math.floor((at(planes.shape, i + 1) - reach) / at(strides, i)) + 1;
  });
  return firstPlaces(placed, take(places, 2));
}

/** Cuts planes off below and on the right; along the first axis, where TensorFlow.js copies nothing. */
function firstPlaces(planes: tf.Tensor, [rows, columns]: Pair): tf.Tensor4D {
  const [batch, height, width, channels] = take(planes.shape, 4);
  if (rows === height && columns === width) return planesIn(planes);
  const byColumn = tf.transpose(planes, [2, 1, 0, 3]);
  const narrow = tf.slice(byColumn, [0, 0, 0, 0], [columns, height, batch, channels]);
  const byRow = tf.transpose(narrow, [1, 0, 2, 3]);
  const low = tf.slice(byRow, [0, 0, 0, 0], [rows, columns, batch, channels]);
  return planesIn(tf.transpose(low, [2, 0, 1, 3]));
}

/** The place that a tap reads: in which phase of the strides, and how far behind the place it is for. */
interface Tap {
  readonly phase: number;
  readonly row: number;
  readonly column: number;
}

function tapsOf(kernel: Pair, [down, across]: Pair, dilations: Pair): Tap[] {
  return Array.from({ length: kernel[0] * kernel[1] }, (_, i) => {
    const y = Math.floor(i / kernel[1]) * dilations[0];
    const x = (i % kernel[1]) * dilations[1];
    return {
      phase: (y % down) * across + (x % across),
      row: Math.floor(y / down),
      column: Math.floor(x / across),
    };
  });
}

/** The planes taken apart so that a stride is one step: [rows, channels] of each phase. */
function phasesOf(
  planes: tf.Tensor4D,
  [down, across]: Pair,
  taps: readonly Tap[],
): { readonly phases: readonly tf.Tensor[]; readonly extent: Pair } {
  const [batch, height, width, channels] = planes.shape;
  const [rows, columns] = [Math.ceil(height / down), Math.ceil(width / across)];
  const count = batch * rows * columns;
  if (down === 1 && across === 1)
    return { phases: [tf.reshape(planes, [count, channels])], extent: [rows, columns] };
  const behind: [number, number][] = [
    [0, 0],
    [0, rows * down - height],
    [0, columns * across - width],
    [0, 0],
  ];
  const even = tf.reshape(tf.pad(planes, behind), [batch, rows, down, columns, across, channels]);
  const apart = tf.reshape(tf.transpose(even, [2, 4, 0, 1, 3, 5]), [down * across, count, channels]);
  const read = new Set(taps.map(({ phase }) => phase));
  const phases = Array.from({ length: down * across }, (_, phase) =>
    read.has(phase)
      ? tf.reshape(tf.slice(apart, [phase, 0, 0], [1, count, channels]), [count, channels])
      : apart,
  );
  return { phases, extent: [rows, columns] };
}
