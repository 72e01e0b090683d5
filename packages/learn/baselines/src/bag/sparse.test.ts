import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitBag } from './bag.js';
import { rowCount, sparseGram, transposeTimes, type SparseRows } from './sparse.js';
import { denseOf, difference } from '../testing/bags.js';

const WIDTH = 7;

/** Rows of a few entries in any of the columns. */
const matrix = fc
  .array(fc.uniqueArray(fc.nat(WIDTH - 1), { maxLength: WIDTH }), { maxLength: 6 })
  .chain((places) => {
    const rows = places.map((row) => row.sort((a, b) => a - b));
    const columns = Int32Array.from(rows.flat());
    const starts = new Int32Array(rows.length + 1);
    rows.forEach((row, i) => (starts[i + 1] = (starts[i] as number) + row.length));
    return fc
      .float32Array({ minLength: columns.length, maxLength: columns.length, min: -2, max: 2, noNaN: true })
      .map((values): SparseRows => ({ width: WIDTH, starts, columns, values }));
  });

/** a b^T of dense row-major matrices of `inner` columns. */
const product = (a: ArrayLike<number>, b: ArrayLike<number>, inner: number): number[] =>
  Array.from({ length: a.length / inner }, (_, i) =>
    Array.from({ length: b.length / inner }, (_, j) =>
      Array.from(
        { length: inner },
        (_, k) => (a[i * inner + k] as number) * (b[j * inner + k] as number),
      ).reduce((sum, value) => sum + value, 0),
    ),
  ).flat();

describe('sparse rows', () => {
  it('have the inner products of dense ones', () => {
    fc.assert(
      fc.property(matrix, matrix, (rows, others) => {
        const expected = product(denseOf(rows), denseOf(others), WIDTH);
        expect(difference(sparseGram(rows, others), expected)).toBeLessThan(1e-9);
      }),
    );
  });

  it('have products with themselves that are symmetric to the last bit', () => {
    fc.assert(
      fc.property(matrix, (rows) => {
        const gram = sparseGram(rows);
        const n = rowCount(rows);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < i; j++) expect(gram[i * n + j]).toBe(gram[j * n + i]);
        }
        expect(gram).toEqual(sparseGram(rows, rows));
      }),
    );
  });

  it('turn coefficients of examples into weights of columns', () => {
    fc.assert(
      fc.property(matrix, fc.integer({ min: 1, max: 3 }), (rows, outputs) => {
        const n = rowCount(rows);
        const coefficients = Float64Array.from({ length: n * outputs }, (_, i) => Math.sin(1 + i));
        const weights = transposeTimes(rows, coefficients, outputs);
        const dense = denseOf(rows);
        const expected = Array.from({ length: WIDTH * outputs }, (_, place) => {
          const [column, c] = [Math.floor(place / outputs), place % outputs];
          let sum = 0;
          for (let i = 0; i < n; i++) {
            sum += (dense[i * WIDTH + column] as number) * (coefficients[i * outputs + c] as number);
          }
          return sum;
        });
        expect(difference(weights, expected)).toBeLessThan(1e-9);
      }),
    );
  });

  it('of two bags have no products, and coefficients are counted', () => {
    const [a, b] = [fitBag(['one']), fitBag(['two words'])];
    expect(() => sparseGram(a.rows(['one']), b.rows(['one']))).toThrow(RangeError);
    expect(() => transposeTimes(a.rows(['one']), new Float64Array(3), 2)).toThrow(
      /1 rows need 2 coefficients, not 3/,
    );
  });
});
