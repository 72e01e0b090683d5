import { float32, numbersOf, resizedAxes } from '@espalier/onnx';
import { AutodiffError } from '../errors.js';
import type { Rule, RuleContext } from '../rule.js';

/** Each resized axis was multiplied by a matrix, and is multiplied by its transpose. */
export const resize: Rule = (c) => {
  const scales = c.input(2) === '' ? null : c.constant(2);
  if (c.input(2) !== '' && scales === null) {
    throw new AutodiffError(`Resize '${c.node.name}' computes its scales`);
  }
  const given = scales === null || scales.data.length === 0 ? null : numbersOf(scales);
  const axes = resizedAxes(c.node, c.dims(0), c.b.dims(c.dy), given);
  return [axes.reduce((dy, { axis, from, to, weights }) => product(c, dy, axis, [to, from], weights), c.dy)];
};

/** Multiplies an axis of length `to` by a matrix [to, from]: from the right, or the axes behind it from the left. */
function product(
  { b }: RuleContext,
  dy: string,
  axis: number,
  [to, from]: readonly [number, number],
  weights: Float32Array,
): string {
  const dims = b.dims(dy);
  const result = dims.map((dim, i) => (i === axis ? from : dim));
  const matrix = b.constant(float32([to, from], weights), 'resize');
  if (axis === dims.length - 1) return b.matMul(dy, matrix, result);
  const inner = dims.slice(axis + 1).reduce((a, d) => a * d, 1);
  const flat = b.reshape(dy, [...dims.slice(0, axis + 1), inner]);
  const turned = b.transpose(matrix, [1, 0]);
  return b.reshape(b.matMul(turned, flat, [...dims.slice(0, axis), from, inner]), result);
}
