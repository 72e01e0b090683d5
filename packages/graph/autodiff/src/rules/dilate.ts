import { at } from '@espalier/onnx';
import type { Writer } from '../graph/algebra.js';

/** Puts `step - 1` zeros between neighbours along `axis`: length n becomes (n - 1) step + 1. */
export function dilate(c: Writer, x: string, axis: number, step: number): string {
  const dims = c.dims(x);
  const length = at(dims, axis);
  if (step === 1 || length === 1) return x;
  const before = dims.slice(0, axis);
  const after = dims.slice(axis + 1);
  const apart = c.reshape(x, [...before, length, 1, ...after]);
  const pads = Array.from({ length: 2 * (dims.length + 1) }, () => 0);
  pads[dims.length + 1 + axis + 1] = step - 1;
  const wide = c.reshape(c.pad(apart, pads), [...before, length * step, ...after]);
  return c.slice(wide, [axis], [0], [(length - 1) * step + 1]);
}
