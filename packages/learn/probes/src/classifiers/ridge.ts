import type { Kernel } from '../kernels/kernel.js';
import type { LogisticProblem, SolveOptions } from '../logistic/logistic.js';
import type { Point } from '../space.js';
import type { Classifier } from './classifier.js';

/** Iterations of conjugate gradients after which a fit is taken as it is. */
const ITERATIONS = 200;
/** A column has converged where its residual is this share of what it began with. */
const TOLERANCE = 1e-5;

/**
 * Ridge regression on one target a class, 1 where it is the label and 0 elsewhere (Hoerl & Kennard, 1970),
 * with an intercept that is not penalised. In the space of the examples, with S² the weights of a fit's rows:
 * (S K S + p W) u = S Y and (S K S + p W) v = S 1 for W the sum of the weights, then b = sum(S u) / sum(S v)
 * and A = S (u - v b).
 */
export const ridge: Classifier = { calibrated: false, solve: solveRidge };

async function solveRidge(
  { kernel, labels, classes, weights }: LogisticProblem,
  { penalties, signal }: SolveOptions,
): Promise<Point> {
  const fits = weights.length;
  const roots = weights.map((mask) => mask.map(Math.sqrt));
  const shifts = weights.map((mask, fit) => (penalties[fit] as number) * mask.reduce((a, b) => a + b, 0));
  // A column for each class, and one for the intercept.
  const columns = classes + 1;
  const targets = fill(kernel.rows, fits, columns, (row, fit, c) =>
    c === classes || labels[row] === c ? (roots[fit]?.[row] as number) : 0,
  );
  const solved = await conjugateGradients({ kernel, roots, shifts, columns }, targets, signal);
  const bias = new Float64Array(fits * classes);
  const sumOf = (fit: number, c: number): number =>
    (roots[fit] as Float64Array).reduce(
      (sum, root, row) => sum + root * (solved[(row * fits + fit) * columns + c] as number),
      0,
    );
  for (let fit = 0; fit < fits; fit++) {
    for (let c = 0; c < classes; c++) bias[fit * classes + c] = sumOf(fit, c) / sumOf(fit, classes);
  }
  const coefficients = Float32Array.from(
    fill(kernel.rows, fits, classes, (row, fit, c) => {
      const at = (row * fits + fit) * columns;
      const part =
        (solved[at + c] as number) - (solved[at + classes] as number) * (bias[fit * classes + c] as number);
      return (roots[fit]?.[row] as number) * part;
    }),
  );
  const scores = await kernel.apply({ rows: kernel.rows, columns: fits * classes, data: coefficients });
  return { shape: { rows: kernel.rows, fits, classes }, coefficients, scores: scores.data, bias };
}

/** Numbers [rows, fits, columns]. */
function fill(
  rows: number,
  fits: number,
  columns: number,
  valueAt: (row: number, fit: number, column: number) => number,
): Float64Array {
  const result = new Float64Array(rows * fits * columns);
  for (let at = 0, row = 0; row < rows; row++) {
    for (let fit = 0; fit < fits; fit++) {
      for (let c = 0; c < columns; c++, at++) result[at] = valueAt(row, fit, c);
    }
  }
  return result;
}

interface System {
  readonly kernel: Kernel;
  readonly roots: readonly Float64Array[];
  readonly shifts: readonly number[];
  readonly columns: number;
}

/** (S K S + shift) x, column by column. */
async function applied({ kernel, roots, shifts, columns }: System, x: Float64Array): Promise<Float64Array> {
  const { rows } = kernel;
  const fits = roots.length;
  const scaled = fill(
    rows,
    fits,
    columns,
    (row, fit, c) => rootOf(row, fit) * (x[at(row, fit, c)] as number),
  );
  const product = await kernel.apply({ rows, columns: fits * columns, data: Float32Array.from(scaled) });
  return fill(rows, fits, columns, (row, fit, c) => {
    const place = at(row, fit, c);
    return (
      rootOf(row, fit) * (product.data[place] as number) + (shifts[fit] as number) * (x[place] as number)
    );
  });
  function at(row: number, fit: number, c: number): number {
    return (row * fits + fit) * columns + c;
  }
  function rootOf(row: number, fit: number): number {
    return roots[fit]?.[row] as number;
  }
}

/** Solves all columns at once (Hestenes & Stiefel, 1952): each has step lengths of its own. */
async function conjugateGradients(
  system: System,
  targets: Float64Array,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const width = system.roots.length * system.columns;
  const solution = new Float64Array(targets.length);
  const residual = targets.slice();
  const direction = targets.slice();
  let norms = columnProducts(residual, residual, width);
  const first = norms;
  for (let i = 0; i < ITERATIONS; i++) {
    signal?.throwIfAborted();
    if (norms.every((norm, c) => norm <= TOLERANCE ** 2 * (first[c] as number))) break;
    const image = await applied(system, direction);
    const curvatures = columnProducts(direction, image, width);
    const lengths = norms.map((norm, c) => ratio(norm, curvatures[c] as number));
    direction.forEach((value, at) => {
      const length = lengths[at % width] as number;
      solution[at] = (solution[at] as number) + length * value;
      residual[at] = (residual[at] as number) - length * (image[at] as number);
    });
    const next = columnProducts(residual, residual, width);
    const kept = next.map((norm, c) => ratio(norm, norms[c] as number));
    residual.forEach((value, at) => {
      direction[at] = value + (kept[at % width] as number) * (direction[at] as number);
    });
    norms = next;
  }
  return solution;
}

/** A column that is solved has nothing left to divide by. */
const ratio = (a: number, b: number): number => (b > 0 ? a / b : 0);

function columnProducts(a: Float64Array, b: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  a.forEach((value, at) => {
    sums[at % width] = (sums[at % width] as number) + value * (b[at] as number);
  });
  return sums;
}
