import type { Matrix } from '../kernels/matrix.js';
import { once } from './once.js';
import { tridiagonalOf, type Tridiagonal } from './tridiagonal.js';

/** Square numbers of a symmetric matrix, row after row. */
export type Symmetric = Float64Array;

/** Features of labelled examples, as far as scores need them: their inner products. */
export interface LabelledFeatures {
  readonly labels: readonly number[];
  readonly classes: number;
  /** Examples of one unit, such as a speaker, have the same number. */
  readonly units: readonly number[];
  /** Numbers an example. */
  readonly width: number;
  /** Inner products of the features as they are, [examples, examples]. */
  readonly gram: Symmetric;
  /** The same of the features less their mean. */
  readonly centred: Symmetric;
  /** The tridiagonal forms of both, computed when they are first asked for. */
  plainForm(): Tridiagonal;
  centredForm(): Tridiagonal;
}

export interface FeaturesOptions {
  readonly labels: readonly number[];
  readonly classes: number;
  /** Each example is a unit by itself by default. */
  readonly units?: readonly number[];
}

/** Multiplies features out. @param features [examples, width] */
export function labelledFeatures(
  { rows, columns, data }: Matrix,
  { labels, classes, units = labels.map((_, i) => i) }: FeaturesOptions,
): LabelledFeatures {
  const mean = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) {
    mean[i % columns] = (mean[i % columns] as number) + (data[i] as number) / rows;
  }
  // The mean is taken off first: what remains of large numbers would be rounding.
  const moved = Float64Array.from(data, (value, i) => value - (mean[i % columns] as number));
  const along = new Float64Array(rows);
  for (let i = 0; i < moved.length; i++) {
    const row = Math.floor(i / columns);
    along[row] = (along[row] as number) + (moved[i] as number) * (mean[i % columns] as number);
  }
  const square = mean.reduce((sum, value) => sum + value ** 2, 0);
  const centred = productsOf(moved, rows, columns);
  const gram = centred.map(
    (value, i) => value + (along[Math.floor(i / rows)] as number) + (along[i % rows] as number) + square,
  );
  return {
    ...{ labels, classes, units, width: columns, gram, centred },
    plainForm: once(() => tridiagonalOf(gram, rows)),
    centredForm: once(() => tridiagonalOf(centred, rows)),
  };
}

/** Inner products of rows, four at a time. */
function productsOf(data: Float64Array, rows: number, columns: number): Symmetric {
  const gram = new Float64Array(rows * rows);
  for (let a = 0; a < rows; a++) {
    const row = data.subarray(a * columns, (a + 1) * columns);
    for (let b = 0; b <= a; b++) {
      const start = b * columns;
      let [even, odd] = [0, 0];
      let i = 0;
      for (; i + 1 < columns; i += 2) {
        even += (row[i] as number) * (data[start + i] as number);
        odd += (row[i + 1] as number) * (data[start + i + 1] as number);
      }
      if (i < columns) even += (row[i] as number) * (data[start + i] as number);
      gram[a * rows + b] = even + odd;
      gram[b * rows + a] = even + odd;
    }
  }
  return gram;
}

/** Indexes of the examples of each class that has any. */
export function byClass(labels: readonly number[]): number[][] {
  const members = new Map<number, number[]>();
  labels.forEach((label, i) => members.set(label, [...(members.get(label) ?? []), i]));
  return [...members.values()];
}
