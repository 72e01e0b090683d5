import { createEngine } from '@espalier/engine';
import { createRandom } from '@espalier/base/random';
import { denseKernel, type Kernel } from '../kernels/kernel.js';
import { matrix, type Matrix } from '../kernels/matrix.js';
import { createProducts, type Products } from '../kernels/products.js';
import { standardisationOf, standardised } from '../kernels/standardise.js';

let made: Promise<Products> | undefined;

/** Products by one engine for all tests of a file. */
export const testProducts = (): Promise<Products> =>
  (made ??= createEngine({ threads: 1 }).then(createProducts));

/** Normal numbers that repeat for the same name. */
export function normals(name: string, rows: number, columns: number): Matrix {
  const random = createRandom('normals', name);
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
}

/** Normal features with a mean of each class, `gap` deviations apart or so. */
export function clusters(name: string, labels: readonly number[], width: number, gap: number): Matrix {
  const noise = normals(name, labels.length, width);
  const centres = normals(`${name} centres`, 1 + Math.max(...labels), width);
  noise.data.forEach((value, i) => {
    const label = labels[Math.floor(i / width)] as number;
    noise.data[i] = value + gap * (centres.data[label * width + (i % width)] as number);
  });
  return noise;
}

export async function kernelOf(features: Matrix): Promise<Kernel> {
  const products = await testProducts();
  const z = standardised(features, standardisationOf(features));
  return denseKernel(products, await products.multiplyTransposed(z, z));
}

/** Labels 0..classes-1 in turn. */
export const inTurn = (count: number, classes: number): number[] =>
  Array.from({ length: count }, (_, i) => i % classes);

/** Largest difference of numbers in the same places. */
export const gapOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length
    ? Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0)
    : Infinity;
