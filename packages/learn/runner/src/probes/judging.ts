import { unitsOf, type ScannedExample } from '@espalier/data';
import { selectPredictions, type Groups, type Predictions } from '@espalier/metrics';
import { judgedRows, stratifiedFolds, type FoldPlan, type Labels, type Unit } from '@espalier/probes';
import type { Objective } from '@espalier/study';
import { labelsOf, type StudyData } from '../study/examples.js';

/** With more labelled examples than this the validation split tells enough, and folds would take long. */
const FOLDED_UP_TO = 2000;
/** Folds where nobody says how many. */
const FOLDS = 5;
/** Fewer examples make folds noisy; they are drawn again until so many predictions are averaged. */
const PREDICTIONS = 1000;
const MOST_REPEATS = 4;

/** The examples and the metric by which everything in a study is compared. */
export interface Judging {
  readonly objective: Objective;
  /** Training and validation examples, in this order. */
  readonly labelled: readonly ScannedExample[];
  readonly labels: Labels;
  readonly plan: FoldPlan;
  readonly basis: 'folds' | 'validation';
  /** Indexes into `labelled` of the examples that count. */
  readonly rows: readonly number[];
  /** Groups of the examples that count, row by row. */
  readonly groups: Groups;
  /** Indexes into `labelled` of the validation split. */
  readonly validation: readonly number[];
}

export interface JudgingOptions {
  readonly seed: number;
  /** How much an example of each class counts; null where all count alike. */
  readonly balanced: readonly number[] | null;
  readonly objective: Objective;
  /** 0 for the validation split alone; by default folds for few examples. */
  readonly folds?: number | undefined;
}

/** The answers on the examples that judge. @param probabilities of the labelled examples, row by row */
export const judgedPredictions = (
  { labels: { labels }, rows }: Judging,
  probabilities: Float32Array,
): Predictions => selectPredictions({ probabilities, labels }, rows);

/**
 * Small data are judged by repeated stratified folds over training and validation examples together,
 * larger ones by the validation split, unless somebody says how.
 */
export function judgingOf(
  { splits, classes }: Pick<StudyData, 'splits' | 'classes'>,
  { seed, balanced, objective, folds }: JudgingOptions,
): Judging {
  const labelled = [...splits.train, ...splits.validation];
  const labels = labelsOf(labelled);
  const asked = folds ?? (labelled.length <= FOLDED_UP_TO ? FOLDS : 0);
  const folded = asked > 0;
  const plan = folded ? foldPlan(labelled, labels, seed, asked) : splitPlan(labelled, splits.train.length);
  const rows = judgedRows(plan);
  const weights = balanced && Float64Array.from(labels, (label) => balanced[label] as number);
  return {
    objective,
    labelled,
    labels: { labels, classes: classes.length, ...(weights && { weights }) },
    plan,
    basis: folded ? 'folds' : 'validation',
    rows,
    groups: groupsOf(rows.map((row) => labelled[row] as ScannedExample)),
    validation: labelled.flatMap((_, row) => (row >= splits.train.length ? [row] : [])),
  };
}

/** The groups of examples, such as their speakers. */
export const groupsOf = (examples: readonly ScannedExample[]): Groups => examples.map(({ group }) => group);

/** The same with the test split among the labelled examples, for a last fit; it judges nothing. */
export function withTest(judging: Judging, { splits }: Pick<StudyData, 'splits'>): Judging {
  const labelled = [...judging.labelled, ...splits.test];
  const { weights, classes } = judging.labels;
  const labels = labelsOf(labelled);
  const byLabel = new Map(judging.labels.labels.map((label, row) => [label, weights?.[row] ?? 1]));
  const all = weights && Float64Array.from(labels, (label) => byLabel.get(label) ?? 1);
  return { ...judging, labelled, labels: { labels, classes, ...(all && { weights: all }) } };
}

function foldPlan(
  labelled: readonly ScannedExample[],
  labels: readonly number[],
  seed: number,
  asked: number,
): FoldPlan {
  const grouped = labelled.some(({ group }) => group !== undefined);
  const units: readonly Unit[] = unitsOf(
    labelled,
    labelled.map((_, row) => row),
    grouped,
  );
  const folds = Math.max(2, Math.min(asked, units.length));
  const repeats = Math.max(1, Math.min(MOST_REPEATS, Math.floor(PREDICTIONS / labelled.length)));
  const assignments = Array.from({ length: repeats }, (_, repeat) =>
    stratifiedFolds(labels, units, { folds, seed, repeat }),
  );
  return { folds, assignments };
}

const splitPlan = (labelled: readonly ScannedExample[], trained: number): FoldPlan => ({
  folds: 1,
  assignments: [Int32Array.from(labelled, (_, row) => (row < trained ? -1 : 0))],
});
