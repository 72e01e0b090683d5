import { at, intAttribute, intsAttribute, take, type GraphNode } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { refuse, type Operator } from '../operator.js';
import { fromPlanes, padPlanes, toPlanes } from './planes.js';
import { windowOf, type Window } from './window.js';

const LOWEST = -3.4028234663852886e38;

function poolWindow(node: GraphNode, x: tf.Tensor): Window {
  const window = windowOf(node, intsAttribute(node, 'kernel_shape') ?? [], x.shape.slice(2));
  if (window.dilations.some((step) => step > 1)) throw refuse(node, 'its window has gaps (dilations)');
  return window;
}

export const maxPool: Operator = (c) => {
  const x = c.input(0);
  if ((c.node.outputs[1] ?? '') !== '') throw refuse(c.node, 'it also returns the index of each maximum');
  const window = poolWindow(c.node, x);
  const planes = padPlanes(toPlanes(x), window, LOWEST);
  return fromPlanes(tf.maxPool(planes, [...window.kernel], [...window.strides], 'valid'), x.rank);
};

/** The average with zeros for padding, divided by the share of the window that counts. */
export const averagePool: Operator = (c) => {
  const x = c.input(0);
  const window = poolWindow(c.node, x);
  const average = (planes: tf.Tensor4D): tf.Tensor4D =>
    tf.avgPool(planes, [...window.kernel], [...window.strides], 'valid');
  const planes = toPlanes(x);
  const [, height, width] = planes.shape;
  const counts = intAttribute(c.node, 'count_include_pad', 0) === 1;
  const share = average(countedPlaces(height, width, window, counts));
  return fromPlanes(tf.div(average(padPlanes(planes, window)), share), x.rank);
};

/** 1 for each place that counts, 0 for padding that does not and for what a last window hangs over. */
function countedPlaces(height: number, width: number, window: Window, padding: boolean): tf.Tensor4D {
  const ones = tf.ones<tf.Rank.R4>([1, height, width, 1]);
  if (!padding) return padPlanes(ones, window);
  const { start, asked, end } = window;
  const within = take(
    asked.map((pad, i) => Math.min(pad, Math.max(0, at(end, i)))),
    2,
  );
  const counted = padPlanes(ones, { start, end: within }, 1);
  const over = take(
    end.map((pad, i) => pad - at(within, i)),
    2,
  );
  return padPlanes(counted, { start: [0, 0], end: over });
}
