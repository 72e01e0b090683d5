import { float32, floatsOf, lookUp } from '@espalier/onnx';
import type { Weights } from './checkpoint.js';

/** The mean of the weights of some epochs. */
export interface WeightMean {
  readonly count: number;
  readonly weights: Weights;
}

/** Takes the weights of another epoch into a mean (Izmailov et al., 2018, algorithm 1). @param mean null for none yet */
export function addToMean(mean: WeightMean | null, weights: Weights): WeightMean {
  if (mean === null) return { count: 1, weights };
  const count = mean.count + 1;
  const next = [...mean.weights].map(([name, tensor]) => {
    const added = floatsOf(lookUp(weights, name));
    const moved = floatsOf(tensor).map((value, i) => value + ((added[i] as number) - value) / count);
    return [name, float32(tensor.dims, moved)] as const;
  });
  return { count, weights: new Map(next) };
}

/** Whether the weights of an epoch are averaged: those of the second half are. @param epoch from 1 */
export const isAveraged = (epoch: number, epochs: number): boolean => epoch > epochs / 2;
