import type { Model } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';

/** An endless labelled set of inputs for a network. */
export interface ExampleSet {
  /** Properties shared by the examples of each class. */
  readonly classes: readonly unknown[];
  /**
   * Draws one example of a class; the same for the same keys.
   *
   * @param hardest 0..1: each example draws its own difficulty below it
   */
  draw(label: number, hardest: number, target: Float32Array, ...keys: readonly (string | number)[]): void;
}

/** Pre-training task of a network. */
export interface PretrainingTask {
  /** With weights of zero; its one input takes the examples. */
  readonly network: Model;
  /** Shape of one example. */
  readonly dims: readonly number[];
  readonly set: ExampleSet;
  /** Noun for the examples, in the plural. */
  readonly noun: string;
}

export interface Batch {
  /** Side by side. */
  readonly examples: Float32Array;
  readonly labels: readonly number[];
}

export const inputOf = ({ graph }: Model): string => graph.inputs[0]?.name as string;

export const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** Draws `count` examples of random classes; the same ones for the same seed and keys. */
export function drawBatch(
  { set, dims }: Pick<PretrainingTask, 'set' | 'dims'>,
  count: number,
  hardest: number,
  ...keys: readonly (string | number)[]
): Batch {
  const size = sizeOf(dims);
  const examples = new Float32Array(count * size);
  const labels = Array.from({ length: count }, (_, row) => {
    const label = createRandom('label', ...keys, row).integer(set.classes.length);
    set.draw(label, hardest, examples.subarray(row * size, (row + 1) * size), ...keys, row);
    return label;
  });
  return { examples, labels };
}
