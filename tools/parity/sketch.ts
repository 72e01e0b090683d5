import { bits } from '@espalier/conformance/architectures';

/** Sketch of a gradient (see weights.py). */
export interface Sketch {
  readonly norm: number;
  readonly products: readonly number[];
}

/** Estimates |gradient - reference| / |reference| from the reference's sketch (see weights.py). */
export function relativeError(name: string, gradient: Float32Array, reference: Sketch): number {
  const signs = bits(name, gradient.length);
  const squares = reference.products.map((expected, k) => {
    let product = 0;
    for (let i = 0; i < gradient.length; i++) {
      const value = gradient[i] as number;
      product += ((signs[i] as number) >>> k) & 1 ? value : -value;
    }
    return (product - expected) ** 2;
  });
  const meanSquare = squares.reduce((a, b) => a + b, 0) / squares.length;
  return Math.sqrt(meanSquare) / reference.norm;
}
