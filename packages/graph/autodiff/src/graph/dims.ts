import { at } from '@espalier/onnx';

export type Dims = readonly number[];

export const sameDims = (a: Dims, b: Dims): boolean => a.join() === b.join();

/** The shape that two arrays have together under NumPy's broadcasting. */
export function broadcast(a: Dims, b: Dims): Dims {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    return x === 1 ? y : x;
  });
}

/** The shape of images, sound or tokens: [batch, channels, ...places]. */
export interface Planes {
  readonly batch: number;
  readonly channels: number;
  readonly places: Dims;
}

/** @throws RangeError for fewer than two axes */
export const planesOf = (dims: Dims): Planes => ({
  batch: at(dims, 0),
  channels: at(dims, 1),
  places: dims.slice(2),
});
