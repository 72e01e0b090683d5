import { at, intsAttribute, stringAttribute, type GraphNode } from '@espalier/onnx';
import type { Dims } from '../graph/dims.js';

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
  const steps = {
    kernel,
    strides: intsAttribute(node, 'strides') ?? ones,
    dilations: intsAttribute(node, 'dilations') ?? ones,
  };
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET');
  const pads = intsAttribute(node, 'pads') ?? kernel.flatMap(() => [0, 0]);
  if (auto === 'NOTSET' || auto === 'VALID') {
    const given = auto === 'VALID' ? pads.map(() => 0) : pads;
    return { ...steps, padStart: given.slice(0, kernel.length), padEnd: given.slice(kernel.length) };
  }
  const total = input.map((length, i) => Math.max(0, extentOf(steps, i, at(output, i)) - length));
  const small = total.map((pad) => Math.floor(pad / 2));
  const large = total.map((pad) => Math.ceil(pad / 2));
  const [padStart, padEnd] = auto === 'SAME_UPPER' ? [small, large] : [large, small];
  return { ...steps, padStart, padEnd };
}

/** The places that a kernel reaches beyond its first tap, along an axis. */
export const reachOf = ({ kernel, dilations }: Pick<Window, 'kernel' | 'dilations'>, axis: number): number =>
  (at(kernel, axis) - 1) * at(dilations, axis);

/** The places that a number of windows cover, from the first tap of the first one to the last of the last. */
export const extentOf = (
  window: Pick<Window, 'kernel' | 'strides' | 'dilations'>,
  axis: number,
  count: number,
): number => (count - 1) * at(window.strides, axis) + reachOf(window, axis) + 1;

/** All places inside a window, last axis fastest. */
export function offsetsOf(kernel: Dims): number[][] {
  return kernel.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}
