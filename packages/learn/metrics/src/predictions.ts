import { MetricsError } from './errors.js';

/** What a classifier said about N examples of C classes. */
export interface Predictions {
  /** N rows of C probabilities, or the same row after row in one flat array; each row sums to 1. */
  readonly probabilities: Float32Array | readonly (readonly number[])[];
  /** The true class of each example, 0..C-1. */
  readonly labels: readonly number[];
}

/** Checked predictions in one flat array. */
export interface Table {
  readonly values: Float32Array | Float64Array;
  readonly labels: readonly number[];
  readonly classes: number;
}

/** How far a row's sum may be from 1: a softmax over thousands of classes in float32 stays below. */
const sumTolerance = 1e-3;

/** Checks shapes, labels and probabilities. Throws {@link MetricsError} with the first offender. */
export function tableOf({ probabilities, labels }: Predictions): Table {
  if (labels.length === 0) throw new MetricsError('There are no examples to measure');
  const values = probabilities instanceof Float32Array ? probabilities : flatten(probabilities);
  const classes = values.length / labels.length;
  if (!Number.isInteger(classes) || classes === 0) {
    throw new MetricsError(`${values.length} probabilities do not fit ${labels.length} labels`);
  }
  for (const [example, label] of labels.entries()) {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new MetricsError(`Example ${example} has label ${label}; it has to be 0 to ${classes - 1}`);
    }
    checkRow(values, example, classes);
  }
  return { values, labels, classes };
}

/** The value of an array whose index is known to be inside. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] as number;
}

/** The most probable class of each example; the first of equals. */
export function predictedLabels(predictions: Predictions): number[] {
  return predictedOf(tableOf(predictions));
}

export function predictedOf({ values, labels, classes }: Table): number[] {
  return labels.map((_, example) => {
    const start = example * classes;
    let best = 0;
    for (let c = 1; c < classes; c++) if (at(values, start + c) > at(values, start + best)) best = c;
    return best;
  });
}

/** Whether each example's most probable class is its label. */
export function correctness(predictions: Predictions): boolean[] {
  const table = tableOf(predictions);
  return predictedOf(table).map((predicted, example) => predicted === table.labels[example]);
}

/** The predictions of some examples, by their indexes. */
export function selectPredictions(
  { probabilities, labels }: Predictions,
  rows: readonly number[],
): Predictions {
  const selected = rows.map((row) => labels[row] as number);
  if (!(probabilities instanceof Float32Array)) {
    return { probabilities: rows.map((row) => probabilities[row] ?? []), labels: selected };
  }
  const width = probabilities.length / labels.length;
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, i) => values.set(probabilities.subarray(row * width, (row + 1) * width), i * width));
  return { probabilities: values, labels: selected };
}

function flatten(rows: readonly (readonly number[])[]): Float64Array {
  const classes = rows[0]?.length ?? 0;
  const odd = rows.findIndex((row) => row.length !== classes);
  if (odd >= 0) {
    throw new MetricsError(`Row ${odd} has ${rows[odd]?.length} probabilities and row 0 has ${classes}`);
  }
  return Float64Array.from(rows.flat());
}

function checkRow(values: ArrayLike<number>, example: number, classes: number): void {
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const value = at(values, example * classes + c);
    if (!(value >= 0)) throw new MetricsError(`Example ${example} has probability ${value} for class ${c}`);
    sum += value;
  }
  if (!(Math.abs(sum - 1) <= sumTolerance)) {
    throw new MetricsError(`The probabilities of example ${example} sum to ${sum}; apply softmax first`);
  }
}
