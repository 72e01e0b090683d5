import { at } from '@espalier/onnx';
import type { Loss } from './loss.js';

/**
 * sum(w (z - t)²), where targets are [N, C + 1] with the weight w of an example in the last column
 * ({@link squaredErrorTargets}). dz = 2 w (z - t).
 */
export const meanSquaredError: Loss = {
  targetWidth: (outputs) => outputs + 1,
  nodes: (m, prediction, targets) => {
    const dims = m.dims(prediction);
    const [rows, last] = [dims.length - 2, dims.length - 1];
    const outputs = at(dims, last);
    const wanted = m.slice(targets, [last], [0], [outputs]);
    const weight = m.slice(targets, [last], [outputs], [outputs + 1]);
    const error = m.sub(prediction, wanted);
    const weighted = m.mul(error, weight);
    return { loss: m.sum(m.mul(weighted, error), [rows, last]), gradient: m.mul(weighted, 2) };
  },
};

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
