import { intsAttribute, stringAttribute, type GraphNode } from '@espalier/onnx';
import type { Dims } from '../builder.js';

/** The sliding window of a convolution or pooling, one number a spatial axis. */
export interface Window {
  readonly kernel: Dims;
  readonly strides: Dims;
  readonly dilations: Dims;
  readonly padStart: Dims;
  readonly padEnd: Dims;
}

/**
 * Reads a window's attributes and resolves `auto_pad` (Conv, ONNX specification).
 *
 * @param input spatial extent of the input
 * @param output spatial extent of the result
 */
export function windowOf(node: GraphNode, kernel: Dims, input: Dims, output: Dims): Window {
  const ones = kernel.map(() => 1);
  const strides = intsAttribute(node, 'strides') ?? ones;
  const dilations = intsAttribute(node, 'dilations') ?? ones;
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET');
  const pads = intsAttribute(node, 'pads') ?? kernel.flatMap(() => [0, 0]);
  if (auto === 'NOTSET' || auto === 'VALID') {
    const given = auto === 'VALID' ? pads.map(() => 0) : pads;
    return {
      kernel,
      strides,
      dilations,
      padStart: given.slice(0, kernel.length),
      padEnd: given.slice(kernel.length),
    };
  }
  const total = kernel.map((size, i) => {
    const reach =
      ((output[i] as number) - 1) * (strides[i] as number) + (size - 1) * (dilations[i] as number) + 1;
    return Math.max(0, reach - (input[i] as number));
  });
  const small = total.map((pad) => Math.floor(pad / 2));
  const large = total.map((pad, i) => pad - (small[i] as number));
  const [padStart, padEnd] = auto === 'SAME_UPPER' ? [small, large] : [large, small];
  return { kernel, strides, dilations, padStart, padEnd };
}

/** All places inside a window, last axis fastest. */
export function offsetsOf(kernel: Dims): number[][] {
  return kernel.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}
