/** A symmetric matrix A = Q T Qᵀ with orthogonal Q and tridiagonal T. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** The numbers beside the diagonal; the last is 0. */
  readonly beside: Float64Array;
  /** Qᵀ v */
  turn(v: ArrayLike<number>): Float64Array;
}

/**
 * Brings a symmetric matrix into tridiagonal form by Householder's reflections, in 4/3 n³ operations. Golub & Van
 * Loan, Matrix Computations (2013), algorithm 8.3.1. Systems with any shift then take O(n).
 *
 * @param matrix n x n, which stays as it is
 */
export function tridiagonalOf(matrix: Float64Array, n: number): Tridiagonal {
  const a = matrix.slice();
  const reflections: { readonly start: number; readonly v: Float64Array; readonly factor: number }[] = [];
  for (let k = 0; k < n - 2; k++) {
    const start = k + 1;
    const v = new Float64Array(n - start);
    for (let i = start; i < n; i++) v[i - start] = a[i * n + k] as number;
    const length = Math.sqrt(dot(v, v));
    if (length === 0) continue;
    const first = v[0] as number;
    const end = first > 0 ? -length : length;
    v[0] = first - end;
    const factor = 2 / dot(v, v);
    reflect(a, n, start, v, factor);
    for (let i = start; i < n; i++) {
      a[i * n + k] = i === start ? end : 0;
      a[k * n + i] = a[i * n + k] as number;
    }
    reflections.push({ start, v, factor });
  }
  const beside = Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? (a[i * n + i + 1] as number) : 0));
  return {
    diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number),
    beside,
    turn: (given) => {
      const x = Float64Array.from(given);
      for (const { start, v, factor } of reflections) {
        const share = factor * dot(v, x.subarray(start));
        v.forEach((value, i) => (x[start + i] = (x[start + i] as number) - share * value));
      }
      return x;
    },
  };
}

/** Replaces the lower right part of a by H a H with H = I - factor v vᵀ. */
function reflect(a: Float64Array, n: number, start: number, v: Float64Array, factor: number): void {
  const p = new Float64Array(n - start);
  for (let i = start; i < n; i++) {
    p[i - start] = factor * dot(v, a.subarray(i * n + start, (i + 1) * n));
  }
  const half = (factor / 2) * dot(p, v);
  for (let i = 0; i < p.length; i++) p[i] = (p[i] as number) - half * (v[i] as number);
  for (let i = 0; i < p.length; i++) {
    const row = a.subarray((i + start) * n + start, (i + start + 1) * n);
    const [vi, pi] = [v[i] as number, p[i] as number];
    for (let j = 0; j < p.length; j++) {
      row[j] = (row[j] as number) - vi * (p[j] as number) - pi * (v[j] as number);
    }
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** What a positive definite T + shift I tells. */
export interface Shifted {
  readonly logDeterminant: number;
  /** Trace of its inverse. */
  readonly inverseTrace: number;
  /** (T + shift I)⁻¹ b */
  solve(b: Float64Array): Float64Array;
}

/**
 * Factorises T + shift I from above and from below; its inverse has 1 / (above + below - diagonal) on the diagonal
 * (Meurant, 1992).
 *
 * @param shift so large that the matrix is positive definite
 */
export function shifted({ diagonal, beside }: Tridiagonal, shift: number): Shifted {
  const n = diagonal.length;
  const at = (i: number): number => (diagonal[i] as number) + shift;
  const above = new Float64Array(n);
  const below = new Float64Array(n);
  // Rounding must not make a pivot negative: the smallest eigenvalue is the shift at least.
  const pivot = (value: number): number => Math.max(value, shift);
  for (let i = 0; i < n; i++) {
    const before = i === 0 ? 0 : (beside[i - 1] as number) ** 2 / (above[i - 1] as number);
    above[i] = pivot(at(i) - before);
  }
  for (let i = n - 1; i >= 0; i--) {
    const after = i === n - 1 ? 0 : (beside[i] as number) ** 2 / (below[i + 1] as number);
    below[i] = pivot(at(i) - after);
  }
  return {
    logDeterminant: above.reduce((sum, value) => sum + Math.log(value), 0),
    inverseTrace: above.reduce(
      (sum, value, i) => sum + 1 / Math.max(value + (below[i] as number) - at(i), shift),
      0,
    ),
    solve: (b) => {
      const x = b.slice();
      for (let i = 1; i < n; i++) {
        x[i] =
          (x[i] as number) - ((beside[i - 1] as number) / (above[i - 1] as number)) * (x[i - 1] as number);
      }
      for (let i = n - 1; i >= 0; i--) {
        const later = i === n - 1 ? 0 : (beside[i] as number) * (x[i + 1] as number);
        x[i] = ((x[i] as number) - later) / (above[i] as number);
      }
      return x;
    },
  };
}
