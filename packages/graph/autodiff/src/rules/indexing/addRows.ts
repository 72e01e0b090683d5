import { at } from '@espalier/onnx';
import type { Writer } from '../../graph/algebra.js';

/**
 * Adds the slices of a gradient along an axis, each at its position. ScatterElements does it: ONNX Runtime's
 * ScatterND adds in several threads, and loses slices that go to one position (onnxruntime issue 18048).
 *
 * @param length of the axis in the result
 * @param indices positions as a column, each from 0 to length - 1
 */
export function addRows(c: Writer, dy: string, axis: number, length: number, indices: string): string {
  const dims = c.dims(dy);
  const along = dims.map((_, i) => (i === axis ? at(dims, axis) : 1));
  const positions = c.expand(c.reshape(indices, along), dims);
  const result = dims.map((dim, i) => (i === axis ? length : dim));
  const attributes = { axis, reduction: 'add' };
  return c.emit('ScatterElements', [c.zeros(result), positions, dy], result, attributes);
}
