import fc from 'fast-check';
import { expect, it } from 'vitest';
import { denseKernel, factorKernel, shareOf, sumKernel, sumOfGrams } from './kernel.js';
import { matrix, type Matrix } from './matrix.js';
import { standardisationOf, standardised } from './standardise.js';
import { gapOf, normals, testProducts } from '../testing/problems.js';

const size = fc.integer({ min: 1, max: 9 });

/** a b from the definition. */
function product(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows, b.columns);
  result.data.forEach((_, at) => {
    const [row, column] = [Math.floor(at / b.columns), at % b.columns];
    for (let i = 0; i < a.columns; i++) {
      result.data[at] =
        (result.data[at] as number) +
        (a.data[row * a.columns + i] as number) * (b.data[i * b.columns + column] as number);
    }
  });
  return result;
}

function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = matrix(columns, rows);
  data.forEach((value, at) => (result.data[(at % columns) * rows + Math.floor(at / columns)] = value));
  return result;
}

it('products of an engine are those of the definition', async () => {
  const products = await testProducts();
  await fc.assert(
    fc.asyncProperty(size, size, size, async (rows, inner, columns) => {
      const [a, b] = [normals('a', rows, inner), normals('b', inner, columns)];
      const expected = product(a, b);
      const found = [
        await products.multiply(a, b),
        await products.multiplyTransposed(a, transposed(b)),
        await products.transposedMultiply(transposed(a), b),
      ];
      for (const { rows: height, columns: width, data } of found) {
        expect([height, width]).toEqual([rows, columns]);
        expect(gapOf(data, expected.data)).toBeLessThan(1e-4);
      }
    }),
    { numRuns: 30 },
  );
});

it('kernels are the same multiplied out, as factors, and summed either way', async () => {
  const products = await testProducts();
  const weights = fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(size, size, size, weights, async (rows, width, columns, shares) => {
      const blocks = shares.map((_, k) => normals(`block ${k}`, rows, width + k));
      const d = normals('d', rows, columns);
      const grams = blocks.map((z) => product(z, transposed(z)));
      const expected = matrix(rows, columns);
      grams.forEach((gram, k) =>
        product(gram, d).data.forEach((value, at) => {
          expected.data[at] = (expected.data[at] as number) + shareOf(shares, k) * value;
        }),
      );
      const found = [
        sumKernel(
          grams.map((gram) => denseKernel(products, gram)),
          shares,
        ),
        sumKernel(
          blocks.map((z) => factorKernel(products, z)),
          shares,
        ),
        denseKernel(products, sumOfGrams(grams, shares)),
      ];
      for (const kernel of found) {
        expect(kernel.rows).toBe(rows);
        expect(gapOf((await kernel.apply(d)).data, expected.data)).toBeLessThan(1e-3);
      }
    }),
    { numRuns: 30 },
  );
});

it('shares of a sum come to 1', () => {
  expect(shareOf([1, 3], 0)).toBe(0.25);
  expect(shareOf([1, 3], 1)).toBe(0.75);
});

it('standardised features have mean 0, like deviations, and about length 1; constant ones are 0', () => {
  const features = normals('features', 50, 6);
  features.data.forEach((value, at) => {
    const column = at % 6;
    features.data[at] = column === 5 ? 1e4 : 10 ** (column - 2) * (value + column);
  });
  const z = standardised(features, standardisationOf(features));
  for (let column = 0; column < 6; column++) {
    const values = Array.from({ length: 50 }, (_, row) => z.data[row * 6 + column] as number);
    expect(values.reduce((a, b) => a + b, 0) / 50).toBeCloseTo(0, 5);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / 50;
    expect(variance).toBeCloseTo(column === 5 ? 0 : 1 / 5, 4);
  }
});

it('what differs by rounding alone is constant, near 0 as well', () => {
  const features = normals('rounding', 40, 3);
  features.data.forEach((value, at) => {
    const column = at % 3;
    features.data[at] = column === 0 ? value : column === 1 ? 1 + 1e-7 * value : 1e-8 * value;
  });
  const { scale } = standardisationOf(features);
  expect([...scale].map((one) => one > 0)).toEqual([true, false, false]);
});
