import { matrix, type Matrix } from './matrix.js';
import type { Standardisation } from './standardise.js';

/** A linear layer on features as they are: logits are x weight + bias. */
export interface Linear {
  /** [width, classes] */
  readonly weight: Matrix;
  readonly bias: Float64Array;
}

/**
 * The linear layer that a fit in the space of its examples stands for, for one block of features. The
 * standardisation is part of it, so that it reads the features as they come.
 *
 * @param features [examples, width], not standardised
 * @param coefficients [examples, classes]
 * @param weight of the block in the sum of kernels
 */
export function primalOf(
  features: Matrix,
  { mean, scale }: Standardisation,
  coefficients: Float32Array,
  weight: number,
): Linear {
  const { rows, columns: width, data } = features;
  const classes = coefficients.length / rows;
  const sums = new Float64Array(width * classes);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) {
      const z = ((data[row * width + i] as number) - (mean[i] as number)) * (scale[i] as number) * weight;
      for (let c = 0; c < classes; c++) {
        const at = i * classes + c;
        sums[at] = (sums[at] as number) + z * (coefficients[row * classes + c] as number);
      }
    }
  }
  const bias = new Float64Array(classes);
  const result = matrix(width, classes);
  for (let i = 0; i < width; i++) {
    for (let c = 0; c < classes; c++) {
      const at = i * classes + c;
      const value = (sums[at] as number) * (scale[i] as number);
      result.data[at] = value;
      bias[c] = (bias[c] as number) - value * (mean[i] as number);
    }
  }
  return { weight: result, bias };
}
