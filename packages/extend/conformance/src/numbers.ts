import type { Tensor } from '@espalier/onnx';
import { insist } from './errors.js';

export const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

export function requireFinite(values: Float32Array, what: string): void {
  insist(values.every(Number.isFinite), `${what} must be finite but contains NaN or infinity`);
}

const bytesOf = ({ data }: Tensor): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** Whether two tensors are the same to the bit. */
export const isSameTensor = (a: Tensor | undefined, b: Tensor | undefined): boolean =>
  a !== undefined && b !== undefined && a.dims.join() === b.dims.join() && bytesOf(a).equals(bytesOf(b));
