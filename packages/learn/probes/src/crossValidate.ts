import type { Kernel } from './kernel.js';
import { solveLogistic, toSoftmax, type LogisticProblem, type LogisticState } from './logistic.js';

/**
 * Penalties that are tried, strongest first, of the sum of the examples' losses: their share of the mean
 * falls as examples are added, as it does with scikit-learn's C.
 */
export const PENALTIES = [2.5, 0.6, 0.15, 0.04, 0.01, 2.5e-3, 6e-4, 1.5e-4, 4e-5] as const;

/** After this many penalties that did worse than the best, weaker ones are not tried. */
const PATIENCE = 2;

/** Objectives closer than this share are taken for equal: well below what folds can tell. */
const TOLERANCE = 3e-4;

export interface Labels {
  /** 0..classes-1 */
  readonly labels: readonly number[];
  readonly classes: number;
  /** How much each example counts; all the same by default. */
  readonly weights?: Float64Array;
}

/** Which examples are left out together. */
export interface FoldPlan {
  readonly folds: number;
  /**
   * For each repeat the fold of each example, 0..folds-1, or -1 for one that is never left out. The
   * probabilities of the repeats are averaged.
   */
  readonly assignments: readonly Int32Array[];
}

export interface CrossValidated {
  /** Of {@link PENALTIES}, the one with the least loss. */
  readonly penalty: number;
  /** [examples, classes], each row from fits that did not learn from it; 0 where there are none. */
  readonly probabilities: Float32Array;
  /** Mean log loss in nats of the examples that were left out. */
  readonly loss: number;
}

/** What ends a fit before it has converged. */
export interface Limits {
  readonly signal?: AbortSignal | undefined;
  /** Whether time is up: no weaker penalty is tried then. */
  readonly late?: (() => boolean) | undefined;
}

/** Cross-validates a linear classifier over its penalties; all folds are fitted together. */
export async function crossValidate(
  kernel: Kernel,
  { labels, classes, weights }: Labels,
  { folds, assignments }: FoldPlan,
  { signal, late }: Limits = {},
): Promise<CrossValidated> {
  const masks = assignments.flatMap((fold) => foldMasks(fold, folds, weights));
  const problem: LogisticProblem = { kernel, labels, classes, weights: masks };
  const counts = masks.map((mask) => mask.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0));
  const judged = judgedRows({ folds, assignments });
  let state: LogisticState | undefined;
  let best: CrossValidated | null = null;
  let worse = 0;
  for (const penalty of PENALTIES) {
    if (best !== null && late?.() === true) break;
    state = await solveLogistic(problem, {
      penalties: counts.map((count) => penalty / count),
      tolerance: TOLERANCE,
      ...{ signal, late },
      ...(state && { start: state }),
    });
    const probabilities = outOfFold(state, assignments, folds);
    const loss = meanLoss(probabilities, labels, judged, classes);
    if (best === null || loss < best.loss) [best, worse] = [{ penalty, probabilities, loss }, 0];
    else if (++worse >= PATIENCE) break;
  }
  return best as CrossValidated;
}

const foldMasks = (fold: Int32Array, folds: number, weights: Float64Array | undefined): Float64Array[] =>
  Array.from({ length: folds }, (_, f) =>
    Float64Array.from(fold, (own, row) => (own === f ? 0 : (weights?.[row] ?? 1))),
  );

/** Each row's probabilities by the fits that left it out, averaged over the repeats. */
function outOfFold(state: LogisticState, assignments: readonly Int32Array[], folds: number): Float32Array {
  const { rows, fits, classes } = state.shape;
  const result = new Float32Array(rows * classes);
  const row = new Float64Array(classes);
  for (let i = 0; i < rows; i++) {
    assignments.forEach((fold, repeat) => {
      if ((fold[i] as number) < 0) return;
      const fit = repeat * folds + (fold[i] as number);
      for (let c = 0; c < classes; c++) {
        row[c] =
          (state.scores[(i * fits + fit) * classes + c] as number) +
          (state.bias[fit * classes + c] as number);
      }
      toSoftmax(row);
      for (let c = 0; c < classes; c++) {
        const at = i * classes + c;
        result[at] = (result[at] as number) + (row[c] as number) / assignments.length;
      }
    });
  }
  return result;
}

/** Probabilities below this count as it. */
const LEAST = 1e-7;

/** Log loss of some examples in nats. */
export const lossesOf = (
  probabilities: Float32Array,
  labels: readonly number[],
  rows: readonly number[],
  classes: number,
): Float64Array =>
  Float64Array.from(
    rows,
    (row) => -Math.log(Math.max(LEAST, probabilities[row * classes + (labels[row] as number)] as number)),
  );

/** The examples that are left out at some time. */
export const judgedRows = ({ assignments }: FoldPlan): number[] =>
  [...(assignments[0] ?? [])].flatMap((fold, row) => (fold >= 0 ? [row] : []));

const meanLoss = (
  probabilities: Float32Array,
  labels: readonly number[],
  rows: readonly number[],
  classes: number,
): number => lossesOf(probabilities, labels, rows, classes).reduce((a, b) => a + b, 0) / rows.length;

/** A classifier in the space of its examples: logits of x are k(x, examples) A + b. */
export interface Fitted {
  /** [examples, classes]; 0 for an example that it did not learn from. */
  readonly coefficients: Float32Array;
  readonly bias: Float64Array;
}

/** Fits one classifier on the examples that count. */
export async function fitLogistic(
  kernel: Kernel,
  { labels, classes, weights }: Labels,
  penalty: number,
  limits: Limits = {},
): Promise<Fitted> {
  const mask = weights ?? new Float64Array(labels.length).fill(1);
  const count = mask.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
  const problem: LogisticProblem = { kernel, labels, classes, weights: [mask] };
  const { coefficients, bias } = await solveLogistic(problem, {
    penalties: [penalty / count],
    tolerance: TOLERANCE / 10,
    iterations: 200,
    ...limits,
  });
  return { coefficients, bias };
}
