import { float32, numbersOf, resizedAxes, type GraphNode, type ResizedAxis } from '@espalier/onnx';
import type { GraphBuilder } from '../builder.js';
import type { Rule } from '../rule.js';

/**
 * The matrices of a Resize whose sizes are known; where its scales are computed in the graph, they are taken from
 * the sizes.
 */
export function axesOf(b: GraphBuilder, node: GraphNode): ResizedAxis[] {
  const scales = b.initializers.get(node.inputs[2] ?? '');
  const given = scales === undefined || scales.data.length === 0 ? null : numbersOf(scales);
  return resizedAxes(node, b.dims(node.inputs[0] as string), b.dims(node.outputs[0] as string), given);
}

/** Each resized axis was multiplied by a matrix, and is multiplied by its transpose. */
export const resize: Rule = (c) => [
  axesOf(c.b, c.node).reduce(
    (dy, { axis, from, to, weights }) =>
      multiplyAxis(c.b, dy, axis, { rows: from, columns: to, weights: transposed(weights, to, from) }),
    c.dy,
  ),
];

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly weights: Float32Array;
}

/** An axis of length `columns` times a matrix: the axes behind it are taken as one. */
export function multiplyAxis(
  b: GraphBuilder,
  x: string,
  axis: number,
  { rows, columns, weights }: Matrix,
): string {
  const dims = b.dims(x);
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const matrix = b.constant(float32([rows, columns], weights), 'resize');
  const flat = b.reshape(x, [...dims.slice(0, axis), columns, inner]);
  const product = b.matMul(matrix, flat, [...dims.slice(0, axis), rows, inner]);
  return b.reshape(
    product,
    dims.map((dim, i) => (i === axis ? rows : dim)),
  );
}

function transposed(weights: Float32Array, rows: number, columns: number): Float32Array {
  return weights.map((_, at) => weights[(at % rows) * columns + Math.floor(at / rows)] as number);
}
