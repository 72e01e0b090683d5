/** Feature vectors with their classes. */
export interface Labelled {
  /** [examples, width], row after row. */
  readonly features: Float32Array;
  readonly labels: readonly number[];
}

export interface ProbeProblem {
  readonly train: Labelled;
  readonly validation: Labelled;
  readonly width: number;
  readonly classes: number;
}

/** How well a linear classifier on frozen features does. */
export interface ProbeResult {
  /** On the validation examples, 0..1. */
  readonly accuracy: number;
  /** Strength of the penalty that was best there. */
  readonly penalty: number;
}

/** A problem in double precision whose features have mean 0 and deviation 1 over the training examples. */
export interface Standardised {
  readonly train: Float64Array;
  readonly validation: Float64Array;
  readonly problem: ProbeProblem;
}

export function standardise(problem: ProbeProblem): Standardised {
  const { train, validation, width } = problem;
  const rows = train.labels.length;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  train.features.forEach((value, i) => {
    mean[i % width] = (mean[i % width] as number) + value / rows;
  });
  train.features.forEach((value, i) => {
    square[i % width] = (square[i % width] as number) + (value - (mean[i % width] as number)) ** 2 / rows;
  });
  const scaled = (values: Float32Array): Float64Array =>
    Float64Array.from(values, (value, i) => {
      const deviation = Math.sqrt(square[i % width] as number);
      // A feature that never changes says nothing.
      return deviation > 1e-12 ? (value - (mean[i % width] as number)) / deviation : 0;
    });
  return { train: scaled(train.features), validation: scaled(validation.features), problem };
}

/** Share of rows of [rows, classes] whose largest score is at the label. */
export function accuracyOf(scores: Float64Array, labels: readonly number[], classes: number): number {
  let hits = 0;
  labels.forEach((label, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if ((scores[row * classes + k] as number) > (scores[row * classes + best] as number)) best = k;
    }
    if (best === label) hits++;
  });
  return hits / Math.max(1, labels.length);
}
