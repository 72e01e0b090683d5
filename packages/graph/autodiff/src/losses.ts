import { at } from '@espalier/onnx';
import type { Writer } from './graph/algebra.js';

export type LossName = 'crossEntropy' | 'meanSquaredError';

interface LossNodes {
  /** A scalar. */
  readonly loss: string;
  /** Gradient of the loss with respect to the prediction. */
  readonly gradient: string;
}

/** Adds a loss of `prediction` [N, C] against `targets` [N, C] to a graph. */
type Loss = (m: Writer, prediction: string, targets: string) => LossNodes;

/**
 * -sum(T log softmax(z)). The targets carry label smoothing, class weights and the normaliser
 * ({@link crossEntropyTargets}), so that a row of zeros is an example that does not count.
 * dz = softmax(z) rowsum(T) - T.
 */
const crossEntropy: Loss = (m, prediction, targets) => {
  const logp = m.emit('LogSoftmax', [prediction], m.dims(prediction), { axis: -1 });
  const loss = m.neg(m.sum(m.mul(targets, logp), [0, 1]));
  return { loss, gradient: m.sub(m.mul(m.exp(logp), m.sum(targets, [1], true)), targets) };
};

/**
 * sum(w (z - t)²), where targets are [N, C + 1] with the weight w of an example in the last column
 * ({@link squaredErrorTargets}). dz = 2 w (z - t).
 */
const meanSquaredError: Loss = (m, prediction, targets) => {
  const classes = at(m.dims(prediction), 1);
  const wanted = m.slice(targets, [1], [0], [classes]);
  const weight = m.slice(targets, [1], [classes], [classes + 1]);
  const error = m.sub(prediction, wanted);
  const weighted = m.mul(error, weight);
  return { loss: m.sum(m.mul(weighted, error), [0, 1]), gradient: m.mul(weighted, 2) };
};

export const losses: Readonly<Record<LossName, Loss>> = { crossEntropy, meanSquaredError };

/** Columns of the target tensor of a loss over `outputs` values an example. */
export const targetWidth = (loss: LossName, outputs: number): number =>
  loss === 'meanSquaredError' ? outputs + 1 : outputs;

export interface CrossEntropyOptions {
  readonly classes: number;
  /** 0 is none; eps/C goes to every class (Szegedy et al., 2016). */
  readonly labelSmoothing?: number;
  /** One a class; 1 each by default. */
  readonly classWeights?: readonly number[];
}

/**
 * Targets [rows, classes] for which the cross-entropy here equals PyTorch's
 * `CrossEntropyLoss(weight, label_smoothing)` with mean reduction over the given labels.
 *
 * @param labels class indices, at most `rows`; the rows left over are padding and count nothing
 */
export function crossEntropyTargets(
  labels: readonly number[],
  rows: number,
  options: CrossEntropyOptions,
): Float32Array {
  const { classes, labelSmoothing = 0, classWeights } = options;
  const weightOf = (label: number): number => classWeights?.[label] ?? 1;
  const total = labels.reduce((sum, label) => sum + weightOf(label), 0);
  const targets = new Float32Array(rows * classes);
  labels.forEach((label, row) => {
    for (let k = 0; k < classes; k++) {
      const hard = k === label ? 1 - labelSmoothing : 0;
      targets[row * classes + k] = (weightOf(k) * (hard + labelSmoothing / classes)) / total;
    }
  });
  return targets;
}

/**
 * Targets [rows, width + 1] for which the squared error here equals PyTorch's `MSELoss` with mean
 * reduction over the given examples.
 *
 * @param values examples of `width` numbers each; the rows left over are padding and count nothing
 */
export function squaredErrorTargets(
  values: readonly (readonly number[])[],
  rows: number,
  width: number,
): Float32Array {
  const targets = new Float32Array(rows * (width + 1));
  values.forEach((example, row) => {
    targets.set(example, row * (width + 1));
    targets[row * (width + 1) + width] = 1 / (values.length * width);
  });
  return targets;
}
