import { MetricsError } from './errors.js';
import { at, predictedOf, tableOf, type Predictions } from './predictions.js';

export interface ClassScores {
  /** Of what was predicted as this class, the share that is; 0 where nothing was. */
  readonly precision: number;
  /** Of this class, the share that was found; 0 where it has no example. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Examples of this class. */
  readonly support: number;
}

/** Share of examples whose most probable class is the label, 0..1. */
export function accuracy(predictions: Predictions): number {
  return topKAccuracy(predictions, 1);
}

/**
 * Share of examples whose label is among the k most probable classes, 0..1. Of equally probable
 * classes the earlier one ranks first, so k = 1 is accuracy. Throws for a k outside 1..C.
 */
export function topKAccuracy(predictions: Predictions, k: number): number {
  const { values, labels, classes } = tableOf(predictions);
  if (!Number.isInteger(k) || k < 1 || k > classes) {
    throw new MetricsError(`Top-k accuracy of ${classes} classes needs a k of 1 to ${classes}, got ${k}`);
  }
  const hits = labels.filter((label, example) => {
    const own = at(values, example * classes + label);
    let ahead = 0;
    for (let c = 0; c < classes; c++) {
      const other = at(values, example * classes + c);
      if (other > own || (other === own && c < label)) ahead++;
    }
    return ahead < k;
  });
  return hits.length / labels.length;
}

/** C rows of C counts: `matrix[label][predicted]`. */
export function confusionMatrix(predictions: Predictions): number[][] {
  const table = tableOf(predictions);
  const matrix = Array.from({ length: table.classes }, () => new Array<number>(table.classes).fill(0));
  for (const [example, predicted] of predictedOf(table).entries()) {
    const row = matrix[at(table.labels, example)] as number[];
    row[predicted] = at(row, predicted) + 1;
  }
  return matrix;
}

/** Precision, recall, F1 and support of each class, from a confusion matrix. */
export function perClassScores(confusion: readonly (readonly number[])[]): ClassScores[] {
  return confusion.map((row, c) => {
    const hits = at(row, c);
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, other) => sum + at(other, c), 0);
    return {
      precision: predicted === 0 ? 0 : hits / predicted,
      recall: support === 0 ? 0 : hits / support,
      f1: support + predicted === 0 ? 0 : (2 * hits) / (support + predicted),
      support,
    };
  });
}

/** Fewer examples of a class do not tell that a model never answers it. */
const TELLING = 3;

/** A class that a model never answers, though there are examples of it. */
export interface SilentClass {
  readonly label: number;
  readonly examples: number;
}

/**
 * The classes that no example was taken for, of those with a few examples: an accuracy does not show them.
 *
 * @param confusions of one model on several splits
 */
export function silentClasses(confusions: readonly (readonly (readonly number[])[])[]): SilentClass[] {
  const classes = confusions[0]?.length ?? 0;
  return Array.from({ length: classes }, (_, label) => {
    const sum = (count: (confusion: readonly (readonly number[])[]) => number): number =>
      confusions.reduce((total, confusion) => total + count(confusion), 0);
    const examples = sum((confusion) => (confusion[label] ?? []).reduce((a, b) => a + b, 0));
    const answers = sum((confusion) => confusion.reduce((total, row) => total + at(row, label), 0));
    return { label, examples, answers };
  })
    .filter(({ examples, answers }) => answers === 0 && examples >= TELLING)
    .map(({ label, examples }) => ({ label, examples }));
}

/** Mean recall of the classes that have examples, 0..1. */
export function balancedAccuracy(confusion: readonly (readonly number[])[]): number {
  return mean(
    perClassScores(confusion)
      .filter(({ support }) => support > 0)
      .map(({ recall }) => recall),
  );
}

/** Mean F1 of the classes that have examples or were predicted, 0..1 (scikit-learn's convention). */
export function macroF1(confusion: readonly (readonly number[])[]): number {
  const predicted = (c: number): boolean => confusion.some((row) => at(row, c) > 0);
  return mean(
    perClassScores(confusion)
      .filter(({ support }, c) => support > 0 || predicted(c))
      .map(({ f1 }) => f1),
  );
}

function mean(values: readonly number[]): number {
  if (values.length === 0) throw new MetricsError('The confusion matrix counts no examples');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
