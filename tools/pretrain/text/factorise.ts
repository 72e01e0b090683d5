import { EigenvalueDecomposition, CholeskyDecomposition, Matrix } from 'ml-matrix';
import { createRandom } from '@espalier/base/random';

/** Columns beyond those asked for, and rounds: both make the factors exacter (Halko et al., 2011). */
const EXTRA = 20;
const ROUNDS = 4;
/** Contexts count less often than they occur (Levy et al., 2015). */
const SMOOTHING = 0.75;

/** A symmetric sparse matrix by rows. */
interface Sparse {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** A dense matrix by rows. */
interface Dense {
  readonly rows: number;
  readonly width: number;
  readonly data: Float32Array;
}

/**
 * Vectors of words from counts of their neighbours: the eigenvectors of their positive pointwise mutual
 * information, each times the root of its eigenvalue (Levy & Goldberg, NIPS 2014), rows of unit length.
 *
 * @param counts symmetric, a row a word
 * @returns [words, width]; zeros for a word without neighbours
 */
export function factorise(
  counts: readonly ReadonlyMap<number, number>[],
  width: number,
  seed: number,
): Float32Array {
  const matrix = mutualInformation(counts);
  const random = createRandom(seed, 'factors');
  const columns = width + EXTRA;
  const noise = Float32Array.from({ length: counts.length * columns }, () => random.normal());
  let basis: Dense = { rows: counts.length, width: columns, data: noise };
  for (let round = 0; round < ROUNDS; round++) basis = orthonormal(product(matrix, basis));
  const inner = gram(basis, product(matrix, basis));
  // The strongest first, whatever their sign.
  const { realEigenvalues: values, eigenvectorMatrix } = new EigenvalueDecomposition(inner, {
    assumeSymmetric: true,
  });
  const order = values.map((_, i) => i).sort((a, b) => Math.abs(values[b] ?? 0) - Math.abs(values[a] ?? 0));
  const turned = new Matrix(columns, width);
  for (let j = 0; j < width; j++) {
    const from = order[j] as number;
    const root = Math.sqrt(Math.abs(values[from] as number));
    for (let i = 0; i < columns; i++) turned.set(i, j, root * eigenvectorMatrix.get(i, from));
  }
  return unitRows(times(basis, turned));
}

/** max(0, log(p(a, b) / p(a) p(b))), the probabilities smoothed on both sides alike. */
function mutualInformation(counts: readonly ReadonlyMap<number, number>[]): Sparse {
  const sums = counts.map((row) => [...row.values()].reduce((a, b) => a + b, 0));
  const total = Math.log(sums.reduce((sum, value) => sum + value ** SMOOTHING, 0));
  const starts = new Int32Array(counts.length + 1);
  const [columns, values]: [number[], number[]] = [[], []];
  const share = (1 + SMOOTHING) / 2;
  counts.forEach((row, i) => {
    for (const [j, count] of row) {
      const value =
        Math.log(count) + total - share * (Math.log(sums[i] as number) + Math.log(sums[j] as number));
      if (value <= 0) continue;
      columns.push(j);
      values.push(value);
    }
    starts[i + 1] = columns.length;
  });
  return { starts, columns: Int32Array.from(columns), values: Float32Array.from(values) };
}

function product({ starts, columns, values }: Sparse, { rows, width, data }: Dense): Dense {
  const result = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const into = result.subarray(i * width, (i + 1) * width);
    for (let at = starts[i] as number; at < (starts[i + 1] as number); at++) {
      const value = values[at] as number;
      const from = (columns[at] as number) * width;
      for (let k = 0; k < width; k++) into[k] = (into[k] as number) + value * (data[from + k] as number);
    }
  }
  return { rows, width, data: result };
}

/** aᵀ b. */
function gram(a: Dense, b: Dense): Matrix {
  const { width } = a;
  const sums = new Float64Array(width * width);
  for (let row = 0; row < a.rows; row++) {
    const at = row * width;
    for (let i = 0; i < width; i++) {
      const value = a.data[at + i] as number;
      for (let j = 0; j < width; j++) {
        const to = i * width + j;
        sums[to] = (sums[to] as number) + value * (b.data[at + j] as number);
      }
    }
  }
  return Matrix.from1DArray(width, width, sums);
}

function times({ rows, width, data }: Dense, factor: Matrix): Dense {
  const columns = factor.columns;
  const flat = Float64Array.from(factor.to1DArray());
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const into = result.subarray(row * columns, (row + 1) * columns);
    for (let i = 0; i < width; i++) {
      const value = data[row * width + i] as number;
      const from = i * columns;
      for (let j = 0; j < columns; j++) into[j] = (into[j] as number) + value * (flat[from + j] as number);
    }
  }
  return { rows, width: columns, data: result };
}

/** The same space with orthonormal columns, by the Cholesky factor of aᵀ a, twice for exactness. */
function orthonormal(a: Dense): Dense {
  const once = (matrix: Dense): Dense => {
    const lower = new CholeskyDecomposition(gram(matrix, matrix)).lowerTriangularMatrix;
    return times(matrix, inverseOfLower(lower).transpose());
  };
  return once(once(a));
}

function inverseOfLower(lower: Matrix): Matrix {
  const size = lower.rows;
  const result = Matrix.zeros(size, size);
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let sum = row === column ? 1 : 0;
      for (let k = column; k < row; k++) sum -= lower.get(row, k) * result.get(k, column);
      result.set(row, column, sum / lower.get(row, row));
    }
  }
  return result;
}

function unitRows({ rows, width, data }: Dense): Float32Array {
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * width, (row + 1) * width);
    const length = Math.hypot(...values);
    if (length > 0) for (let i = 0; i < width; i++) values[i] = (values[i] as number) / length;
  }
  return data;
}
