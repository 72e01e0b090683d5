import { float32, sizeOf } from '@espalier/onnx';
import type { Writer } from '../graph/algebra.js';

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly weights: Float32Array;
}

/** Multiplies an axis of length `columns` by a matrix: the axes behind it are taken as one. */
export function multiplyAxis(c: Writer, x: string, axis: number, { rows, columns, weights }: Matrix): string {
  const dims = c.dims(x);
  const inner = sizeOf(dims.slice(axis + 1));
  const matrix = c.constant(float32([rows, columns], weights), 'resize');
  const product = c.matMul(matrix, c.reshape(x, [...dims.slice(0, axis), columns, inner]));
  return c.reshape(
    product,
    dims.map((dim, i) => (i === axis ? rows : dim)),
  );
}
