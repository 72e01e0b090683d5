import { at, numbersOf, resizedAxes, type GraphNode, type ResizedAxis, type Tensor } from '@espalier/onnx';
import type { Dims } from '../../graph/dims.js';
import { multiplyAxis } from '../multiplyAxis.js';
import type { Rule } from '../rule.js';

/** Each resized axis was multiplied by a matrix, and is multiplied by its transpose. */
export const resize: Rule = (c) =>
  matricesOf(c.node, c.dims(c.x), c.dims(c.y), c.known(2)).reduce(
    (dy, { axis, from, to, weights }) =>
      multiplyAxis(c, dy, axis, { rows: from, columns: to, weights: transposed(weights, to, from) }),
    c.dy,
  );

/**
 * The matrices of a Resize whose sizes are known; where its scales are computed in the graph, they are taken from
 * the sizes.
 */
export function matricesOf(node: GraphNode, from: Dims, to: Dims, scales: Tensor | null): ResizedAxis[] {
  const given = scales === null || scales.data.length === 0 ? null : numbersOf(scales);
  return resizedAxes(node, from, to, given);
}

const transposed = (weights: Float32Array, rows: number, columns: number): Float32Array =>
  weights.map((_, place) => at(weights, (place % rows) * columns + Math.floor(place / rows)));
