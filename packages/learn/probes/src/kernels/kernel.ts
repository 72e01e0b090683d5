import { matrix, type Matrix } from './matrix.js';
import type { Products } from './products.js';

/**
 * Inner products of the features of n examples, K = Z Zᵀ, as something that is multiplied with. A linear
 * classifier with an L2 penalty needs nothing else of the features (Kimeldorf & Wahba, 1971).
 */
export interface Kernel {
  readonly rows: number;
  /** K d for d [rows, m]. */
  apply(d: Matrix): Promise<Matrix>;
}

/** A kernel whose numbers [rows, rows] are all there. */
export const denseKernel = (products: Products, gram: Matrix): Kernel => ({
  rows: gram.rows,
  apply: (d) => products.multiply(gram, d),
});

/** The kernel of standardised features z [rows, width] that were not multiplied out. */
export const factorKernel = (products: Products, z: Matrix): Kernel => ({
  rows: z.rows,
  apply: async (d) => products.multiply(z, await products.transposedMultiply(z, d)),
});

/**
 * The features of several kernels side by side.
 *
 * @param weights how much each counts; they are made to sum to 1
 */
export const sumKernel = (kernels: readonly Kernel[], weights: readonly number[]): Kernel => ({
  rows: (kernels[0] as Kernel).rows,
  apply: async (d) => {
    const sum = matrix(d.rows, d.columns);
    for (const [k, kernel] of kernels.entries()) {
      addTo(sum, await kernel.apply(d), shareOf(weights, k));
    }
    return sum;
  },
});

/** The same of kernels whose numbers are all there, as one. */
export function sumOfGrams(grams: readonly Matrix[], weights: readonly number[]): Matrix {
  const { rows } = grams[0] as Matrix;
  const sum = matrix(rows, rows);
  grams.forEach((gram, k) => addTo(sum, gram, shareOf(weights, k)));
  return sum;
}

/** What a kernel's numbers are multiplied with in a sum. */
export const shareOf = (weights: readonly number[], index: number): number =>
  (weights[index] as number) / weights.reduce((a, b) => a + b, 0);

function addTo(sum: Matrix, { data }: Matrix, factor: number): void {
  for (let i = 0; i < data.length; i++) {
    sum.data[i] = (sum.data[i] as number) + factor * (data[i] as number);
  }
}
