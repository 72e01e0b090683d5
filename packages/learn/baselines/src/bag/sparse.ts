/** A matrix [rows, width] of which few entries are not 0 (compressed sparse rows). */
export interface SparseRows {
  readonly width: number;
  /** Row i's entries are those from `starts[i]` to `starts[i + 1]`; one more than there are rows. */
  readonly starts: Int32Array;
  /** Column of each entry, in 0..width - 1, ascending within a row. */
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** Number of rows. */
export const rowCount = ({ starts }: SparseRows): number => starts.length - 1;

/** The inner products of all rows with all rows: [n, n], row-major; exactly symmetric. */
export function sparseGram(rows: SparseRows): Float64Array;
/**
 * The inner products of all rows with all `others`: [n, m], row-major.
 *
 * @throws RangeError where they are not of one width
 */
export function sparseGram(rows: SparseRows, others: SparseRows): Float64Array;
export function sparseGram(rows: SparseRows, others: SparseRows = rows): Float64Array {
  if (rows.width !== others.width) {
    throw new RangeError(`rows of ${rows.width} columns have no products with rows of ${others.width}`);
  }
  const [n, m] = [rowCount(rows), rowCount(others)];
  const products = new Float64Array(n * m);
  const transposed = transpose(others);
  for (let i = 0; i < n; i++) addProducts(rows, i, transposed, products.subarray(i * m, (i + 1) * m));
  return products;
}

/** Adds one row's inner products with the columns of a transposed matrix to `sums`. */
function addProducts(
  { starts, columns, values }: SparseRows,
  row: number,
  by: SparseRows,
  sums: Float64Array,
) {
  const end = starts[row + 1] as number;
  for (let entry = starts[row] as number; entry < end; entry++) {
    const column = columns[entry] as number;
    const value = values[entry] as number;
    const last = by.starts[column + 1] as number;
    for (let k = by.starts[column] as number; k < last; k++) {
      const j = by.columns[k] as number;
      sums[j] = (sums[j] as number) + value * (by.values[k] as number);
    }
  }
}

/** [width, rows]: for each column the rows that have it, ascending. */
function transpose(rows: SparseRows): SparseRows {
  const starts = new Int32Array(rows.width + 1);
  for (const column of rows.columns) starts[column + 1] = (starts[column + 1] as number) + 1;
  for (let i = 0; i < rows.width; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  const next = starts.slice();
  const columns = new Int32Array(rows.columns.length);
  const values = new Float32Array(rows.columns.length);
  for (let row = 0; row < rowCount(rows); row++) {
    for (let entry = rows.starts[row] as number; entry < (rows.starts[row + 1] as number); entry++) {
      const column = rows.columns[entry] as number;
      const place = next[column] as number;
      next[column] = place + 1;
      columns[place] = row;
      values[place] = rows.values[entry] as number;
    }
  }
  return { width: rowCount(rows), starts, columns, values };
}

/**
 * The rows' transpose times coefficients: the weights [width, outputs], row-major, of a linear model that
 * a kernel method has found as coefficients [n, outputs] of its examples.
 *
 * @throws RangeError where there are not `outputs` coefficients a row
 */
export function transposeTimes(rows: SparseRows, coefficients: Float64Array, outputs: number): Float64Array {
  const n = rowCount(rows);
  if (coefficients.length !== n * outputs) {
    throw new RangeError(`${n} rows need ${n * outputs} coefficients, not ${coefficients.length}`);
  }
  const weights = new Float64Array(rows.width * outputs);
  for (let row = 0; row < n; row++) {
    for (let entry = rows.starts[row] as number; entry < (rows.starts[row + 1] as number); entry++) {
      const value = rows.values[entry] as number;
      const to = (rows.columns[entry] as number) * outputs;
      for (let c = 0; c < outputs; c++) {
        weights[to + c] = (weights[to + c] as number) + value * (coefficients[row * outputs + c] as number);
      }
    }
  }
  return weights;
}
