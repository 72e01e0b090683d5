import type { Kernel } from '../kernels/kernel.js';
import { createMemory } from './lbfgs.js';
import { createSpace, type Point, type Shape, type Space } from '../space.js';

/** Fits that are computed together: each learns from its own rows, all share the kernel. */
export interface LogisticProblem {
  readonly kernel: Kernel;
  /** 0..classes-1, of each row. */
  readonly labels: readonly number[];
  readonly classes: number;
  /** For each fit and row, how much the row counts; a fit's weights are made to sum to 1. */
  readonly weights: readonly Float64Array[];
}

/** Where the fits stand. Logits of a row are `scores + bias`; see {@link Point} for the layout. */
export type LogisticState = Point;

export interface SolveOptions {
  /** Strength of the L2 penalty on the weights, of the mean loss: one for each fit. */
  readonly penalties: readonly number[];
  readonly start?: LogisticState;
  readonly iterations?: number;
  /** A fit has converged where an iteration lowers its objective by less than this share. */
  readonly tolerance?: number;
  /** Interrupts the work between two iterations. */
  readonly signal?: AbortSignal | undefined;
  /** Whether time is up: then the point that is reached counts, converged or not, after a few iterations. */
  readonly late?: (() => boolean) | undefined;
}

/** Iterations that are made however late it is. */
const FEWEST_ITERATIONS = 5;

/** Sufficient decrease (Nocedal & Wright, equation 3.4). */
const ARMIJO = 1e-4;
const MOST_HALVINGS = 12;

/**
 * Multinomial logistic regression with an L2 penalty on the weights and none on the intercepts, in the
 * space that the kernel spans: f = K A + b. Limited-memory BFGS (Nocedal & Wright, Numerical Optimization,
 * 2006, algorithm 7.4) whose inner product is the kernel's, so that the gradient of A is the residual
 * itself and an iteration multiplies with K once.
 */
export async function solveLogistic(problem: LogisticProblem, options: SolveOptions): Promise<LogisticState> {
  const { kernel, classes } = problem;
  const { iterations = 80, tolerance = 1e-5 } = options;
  const shape: Shape = { rows: kernel.rows, fits: problem.weights.length, classes };
  const space = createSpace(shape);
  const objective = createObjective(problem, space, shape, options.penalties);
  const memory = createMemory(space);
  let point = options.start ?? space.zero();
  let values = objective.values(point);
  let gradient = await withScores(kernel, objective.gradient(point));
  for (let i = 0; i < iterations; i++) {
    options.signal?.throwIfAborted();
    if (i >= FEWEST_ITERATIONS && options.late?.() === true) break;
    const direction = memory.descent(gradient);
    const slopes = space.inner(gradient, direction);
    const lengths =
      memory.size() === 0 ? safeLengths(objective, space, direction, slopes) : slopes.map(() => 1);
    const step = lineSearch({ objective, point, values, direction, slopes, lengths });
    const settled =
      i > 0 &&
      step.values.every((value, fit) => (values[fit] as number) - value <= tolerance * Math.abs(value));
    [point, values] = [space.plus(point, direction, step.lengths), step.values];
    if (settled) break;
    const reached = await withScores(kernel, objective.gradient(point));
    memory.add(space.scaled(direction, step.lengths, direction), space.minus(reached, gradient));
    gradient = reached;
  }
  // What was summed up step by step has lost digits.
  return withScores(kernel, point);
}

/** The point with its scores K A computed afresh. */
async function withScores(kernel: Kernel, { coefficients, bias, shape }: Point): Promise<Point> {
  const { rows, fits, classes } = shape;
  const product = await kernel.apply({ rows, columns: fits * classes, data: coefficients });
  return { coefficients, scores: product.data, bias, shape };
}

/**
 * Steps that certainly descend, for want of a curvature that was seen: no softmax curves by more than one
 * half (Böhning, 1992).
 */
function safeLengths(
  objective: Objective,
  space: Space,
  direction: Point,
  slopes: Float64Array,
): Float64Array {
  const norms = space.inner(direction, direction);
  const bounds = objective.curvatures(direction, norms);
  return slopes.map((slope, fit) => {
    const bound = bounds[fit] as number;
    return bound > 0 ? -slope / bound : 0;
  });
}

interface Search {
  readonly objective: Objective;
  readonly point: Point;
  readonly values: Float64Array;
  readonly direction: Point;
  readonly slopes: Float64Array;
  readonly lengths: Float64Array;
}

/** Halves each fit's step until it lowers its objective; a fit that finds no such step stays. */
function lineSearch(search: Search): { readonly lengths: Float64Array; readonly values: Float64Array } {
  const { objective, point, direction, slopes, values } = search;
  const lengths = search.lengths.slice();
  let reached = objective.along(point, direction, lengths);
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const poor = reached.map((value, fit) =>
      value <= (values[fit] as number) + ARMIJO * (lengths[fit] as number) * (slopes[fit] as number) ? 0 : 1,
    );
    if (poor.every((one) => one === 0)) return { lengths, values: reached };
    poor.forEach((one, fit) => {
      if (one === 1) lengths[fit] = (lengths[fit] as number) / 2;
    });
    reached = objective.along(point, direction, lengths);
  }
  reached.forEach((value, fit) => {
    if (value <= (values[fit] as number)) return;
    lengths[fit] = 0;
    reached[fit] = values[fit] as number;
  });
  return { lengths, values: reached };
}

interface Objective {
  values(point: Point): Float64Array;
  /** The values at `point + lengths * direction`. */
  along(point: Point, direction: Point, lengths: Float64Array): Float64Array;
  /** At least the second derivative along a direction whose squared length is `norms`. */
  curvatures(direction: Point, norms: Float64Array): Float64Array;
  /** The gradient in the kernel's inner product; its scores are still to be computed. */
  gradient(point: Point): Point;
}

function createObjective(
  { labels, weights }: LogisticProblem,
  space: Space,
  shape: Shape,
  penalties: readonly number[],
): Objective {
  const { rows, fits, classes } = shape;
  const shares = weights.map((row) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((weight) => weight / total);
  });
  const logits = new Float64Array(classes);
  const still = new Float64Array(fits);
  const none = space.zero();
  const along = (point: Point, direction: Point, lengths: Float64Array): Float64Array => {
    const values = new Float64Array(fits);
    // Arrays that are no fields of an object are fast.
    const { scores, coefficients, bias } = point;
    const { scores: scoreMoves, coefficients: coefficientMoves, bias: biasMoves } = direction;
    for (let at = 0, row = 0; row < rows; row++) {
      const label = labels[row] as number;
      for (let fit = 0, column = 0; fit < fits; fit++) {
        const length = lengths[fit] as number;
        const share = (shares[fit] as Float64Array)[row] as number;
        let norm = 0;
        for (let c = 0; c < classes; c++, at++, column++) {
          const score = (scores[at] as number) + length * (scoreMoves[at] as number);
          const coefficient = (coefficients[at] as number) + length * (coefficientMoves[at] as number);
          logits[c] = score + (bias[column] as number) + length * (biasMoves[column] as number);
          norm += score * coefficient;
        }
        const loss = share === 0 ? 0 : share * crossEntropy(logits, label);
        values[fit] = (values[fit] as number) + loss + 0.5 * (penalties[fit] as number) * norm;
      }
    }
    return values;
  };
  return {
    along,
    values: (point) => along(point, none, still),
    curvatures: (direction, norms) => {
      const bounds = norms.map((norm, fit) => (penalties[fit] as number) * norm);
      for (let row = 0; row < rows; row++) {
        for (let fit = 0; fit < fits; fit++) {
          const at = (row * fits + fit) * classes;
          let square = 0;
          for (let c = 0; c < classes; c++) {
            square +=
              ((direction.scores[at + c] as number) + (direction.bias[fit * classes + c] as number)) ** 2;
          }
          const share = (shares[fit] as Float64Array)[row] as number;
          bounds[fit] = (bounds[fit] as number) + 0.5 * share * square;
        }
      }
      return bounds;
    },
    gradient: (point) => {
      const result = space.zero();
      for (let row = 0; row < rows; row++) {
        for (let fit = 0; fit < fits; fit++) {
          const at = (row * fits + fit) * classes;
          const share = (shares[fit] as Float64Array)[row] as number;
          for (let c = 0; c < classes; c++) {
            logits[c] = (point.scores[at + c] as number) + (point.bias[fit * classes + c] as number);
          }
          if (share > 0) toSoftmax(logits);
          const label = labels[row] as number;
          for (let c = 0; c < classes; c++) {
            const residual = share === 0 ? 0 : share * ((logits[c] as number) - (c === label ? 1 : 0));
            const bias = fit * classes + c;
            result.coefficients[at + c] =
              residual + (penalties[fit] as number) * (point.coefficients[at + c] as number);
            result.bias[bias] = (result.bias[bias] as number) + residual;
          }
        }
      }
      return result;
    },
  };
}

/** -ln softmax(logits)[label] */
function crossEntropy(logits: Float64Array, label: number): number {
  let most = -Infinity;
  for (let c = 0; c < logits.length; c++) most = Math.max(most, logits[c] as number);
  let total = 0;
  for (let c = 0; c < logits.length; c++) total += Math.exp((logits[c] as number) - most);
  return Math.log(total) + most - (logits[label] as number);
}

/** Turns logits into probabilities in place. */
export function toSoftmax(logits: Float64Array): void {
  let most = -Infinity;
  for (let c = 0; c < logits.length; c++) most = Math.max(most, logits[c] as number);
  let total = 0;
  for (let c = 0; c < logits.length; c++) total += logits[c] = Math.exp((logits[c] as number) - most);
  for (let c = 0; c < logits.length; c++) logits[c] = (logits[c] as number) / total;
}
