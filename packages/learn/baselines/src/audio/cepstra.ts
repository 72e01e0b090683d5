import type { GraphBuilder } from '../graph.js';

/**
 * The first `kept` coefficients of an orthonormal discrete cosine transform of type II, of `bands` values
 * (Davis & Mermelstein, 1980): [bands, kept], row after row, to multiply from the right.
 */
export function cosines(bands: number, kept: number): Float32Array {
  return Float32Array.from({ length: bands * kept }, (_, i) => {
    const [band, order] = [Math.floor(i / kept), i % kept];
    const scale = Math.sqrt((order === 0 ? 1 : 2) / bands);
    return scale * Math.cos((Math.PI / bands) * (band + 0.5) * order);
  });
}

/** Adds the cepstral coefficients of [batch, frames, bands]: [batch, frames, kept]. */
export const cepstra = ({ op, tensor }: GraphBuilder, x: string, bands: number, kept: number): string =>
  op('MatMul', [x, tensor([bands, kept], cosines(bands, kept))]);

/** Adds the slope of a line through five frames (Furui, 1986), a frame being 1: the shape [batch, frames, n] stays. */
export function slopes({ op, ints, padEdges, tensor }: GraphBuilder, x: string): string {
  const padded = padEdges(op('Unsqueeze', [x, ints([1])]), [0, 0, 2, 0]);
  const fitted = op('Conv', [padded, tensor([1, 1, 5, 1], [-0.2, -0.1, 0, 0.1, 0.2])]);
  return op('Squeeze', [fitted, ints([1])]);
}
