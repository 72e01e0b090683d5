import type { Loss } from './loss.js';

/**
 * -sum(T log softmax(z)). The targets carry label smoothing, class weights and the normaliser
 * ({@link crossEntropyTargets}), so that a row of zeros is an example that does not count.
 * dz = softmax(z) rowsum(T) - T.
 */
export const crossEntropy: Loss = {
  targetWidth: (outputs) => outputs,
  nodes: (m, prediction, targets) => {
    const dims = m.dims(prediction);
    const [rows, classes] = [dims.length - 2, dims.length - 1];
    const logp = m.emit('LogSoftmax', [prediction], dims, { axis: -1 });
    const loss = m.neg(m.sum(m.mul(targets, logp), [rows, classes]));
    return { loss, gradient: m.sub(m.mul(m.exp(logp), m.sum(targets, [classes], true)), targets) };
  },
};

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
