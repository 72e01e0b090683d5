import type { Kernel } from '../kernels/kernel.js';
import { logistic } from '../classifiers/logistic.js';
import type { Classifier } from '../classifiers/classifier.js';
import { toSoftmax, type LogisticProblem, type LogisticState } from '../logistic/logistic.js';
import { temperatureOf, type Scored } from '../logistic/temperature.js';

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

/** What folds have chosen for a classifier. */
export interface Chosen {
  /** Of {@link PENALTIES}, the one with the least loss. */
  readonly penalty: number;
  /** Inverse temperature: scores times it are logits. 1 for a classifier whose scores are logits. */
  readonly temperature: number;
}

export interface CrossValidated extends Chosen {
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

/** How a classifier is cross-validated. */
export interface CrossValidation extends Limits {
  /** Logistic regression by default. */
  readonly classifier?: Classifier;
  /** Strongest first; {@link PENALTIES} by default. */
  readonly penalties?: readonly number[];
}

/** Cross-validates a linear classifier over its penalties; all folds are fitted together. */
export async function crossValidate(
  kernel: Kernel,
  { labels, classes, weights }: Labels,
  { folds, assignments }: FoldPlan,
  { signal, late, classifier = logistic, penalties = PENALTIES }: CrossValidation = {},
): Promise<CrossValidated> {
  const masks = assignments.flatMap((fold) => foldMasks(fold, folds, weights));
  const problem: LogisticProblem = { kernel, labels, classes, weights: masks };
  const counts = masks.map((mask) => mask.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0));
  const judged = judgedRows({ folds, assignments });
  let state: LogisticState | undefined;
  let best: CrossValidated | null = null;
  let worse = 0;
  for (const penalty of penalties) {
    if (best !== null && late?.() === true) break;
    state = await classifier.solve(problem, {
      penalties: counts.map((count) => penalty / count),
      tolerance: TOLERANCE,
      ...{ signal, late },
      ...(state && { start: state }),
    });
    const scores = scoresOutOfFold(state, assignments, folds);
    const temperature = classifier.calibrated ? 1 : temperatureOf(scores, labels, classes);
    const probabilities = averaged(scores, labels.length, classes, temperature, assignments.length);
    const loss = meanLoss(probabilities, labels, judged, classes);
    if (best === null || loss < best.loss) [best, worse] = [{ penalty, temperature, probabilities, loss }, 0];
    else if (++worse >= PATIENCE) break;
  }
  return best as CrossValidated;
}

const foldMasks = (fold: Int32Array, folds: number, weights: Float64Array | undefined): Float64Array[] =>
  Array.from({ length: folds }, (_, f) =>
    Float64Array.from(fold, (own, row) => (own === f ? 0 : (weights?.[row] ?? 1))),
  );

/** Each row's scores by every fit that left it out. */
function scoresOutOfFold(state: LogisticState, assignments: readonly Int32Array[], folds: number): Scored[] {
  const { rows, fits, classes } = state.shape;
  return Array.from({ length: rows }, (_, row) =>
    assignments.flatMap((fold, repeat): Scored[] => {
      if ((fold[row] as number) < 0) return [];
      const fit = repeat * folds + (fold[row] as number);
      const at = (row * fits + fit) * classes;
      const scores = Float64Array.from(
        state.scores.subarray(at, at + classes),
        (score, c) => score + (state.bias[fit * classes + c] as number),
      );
      return [{ row, scores }];
    }),
  ).flat();
}

/** The probabilities of each row, averaged over the repeats. */
function averaged(
  scored: readonly Scored[],
  rows: number,
  classes: number,
  temperature: number,
  repeats: number,
): Float32Array {
  const result = new Float32Array(rows * classes);
  for (const { row, scores } of scored) {
    const own = scores.map((score) => score * temperature);
    toSoftmax(own);
    own.forEach((value, c) => {
      const at = row * classes + c;
      result[at] = (result[at] as number) + value / repeats;
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

/** Fits one classifier on the examples that count, as folds have chosen it. */
export async function fitClassifier(
  classifier: Classifier,
  kernel: Kernel,
  { labels, classes, weights }: Labels,
  { penalty, temperature }: Chosen,
  limits: Limits = {},
): Promise<Fitted> {
  const mask = weights ?? new Float64Array(labels.length).fill(1);
  const count = mask.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
  const problem: LogisticProblem = { kernel, labels, classes, weights: [mask] };
  const { coefficients, bias } = await classifier.solve(problem, {
    penalties: [penalty / count],
    tolerance: TOLERANCE / 10,
    iterations: 200,
    ...limits,
  });
  if (temperature === 1) return { coefficients, bias };
  return {
    coefficients: coefficients.map((value) => value * temperature),
    bias: bias.map((value) => value * temperature),
  };
}

/** Fits one logistic regression on the examples that count. */
export const fitLogistic = (
  kernel: Kernel,
  labels: Labels,
  penalty: number,
  limits: Limits = {},
): Promise<Fitted> => fitClassifier(logistic, kernel, labels, { penalty, temperature: 1 }, limits);
