import { intAttribute, node as makeNode, sizeOf, type GraphNode } from '@espalier/onnx';
import type { GraphBuilder } from '../builder.js';
import { offsetsOf, windowOf, type Window } from '../rules/window.js';
import type { Affine } from './batchNormalization.js';

/** Below this many output positions a convolution is faster as a product with columns. */
const FEW_POSITIONS = 64;
/** Below this many input channels it is not. */
const MANY_CHANNELS = 64;

/** Whether a convolution should become one matrix product over the whole batch. */
export function wantsColumns(b: GraphBuilder, node: GraphNode): boolean {
  const [, channels] = b.dims(node.inputs[0] as string) as [number, number];
  const positions = sizeOf(b.dims(node.outputs[0] as string).slice(2));
  const plain = intAttribute(node, 'group', 1) === 1;
  return plain && positions <= FEW_POSITIONS && channels >= MANY_CHANNELS;
}

/**
 * A convolution as columns times weight (im2col; Chellapilla et al., 2006), with the weight held as
 * [...kernel, C, O]. Deep layers have so few positions an image that ONNX Runtime's own kernel,
 * one product an image, leaves most of the machine idle.
 *
 * @param weight name of the weight in that layout
 * @param affine a batch normalisation to fold in, or null
 */
export function lowerToColumns(
  b: GraphBuilder,
  node: GraphNode,
  affine: Affine | null,
  output: string,
): void {
  const [x, weight, bias] = node.inputs as [string, string, string?];
  const [batch, channels, ...input] = b.dims(x) as [number, number, ...number[]];
  const weightDims = b.dims(weight);
  const outputs = weightDims.at(-1) as number;
  const extent = b.dims(output).slice(2);
  const window = windowOf(node, weightDims.slice(0, -2), input, extent);
  const columns = columnsOf(b, x, window, extent);
  const flat = b.reshape(weight, [sizeOf(window.kernel) * channels, outputs]);
  let rows = b.emit('MatMul', [columns, flat], [batch * sizeOf(extent), outputs]);
  if (bias !== undefined && bias !== '') rows = b.binary('Add', rows, bias);
  if (affine !== null) rows = b.binary('Add', b.binary('Mul', rows, affine.scale), affine.shift);
  const last = b.reshape(rows, [batch, ...extent, outputs]);
  const rank = extent.length;
  const perm = [0, rank + 1, ...extent.map((_, i) => i + 1)];
  b.add(makeNode('Transpose', [last], [output], { perm }));
}

/** [N * positions, kernel places * C] */
function columnsOf(b: GraphBuilder, x: string, window: Window, extent: readonly number[]): string {
  const dims = b.dims(x);
  const axes = extent.map((_, i) => i + 1);
  const last = b.transpose(x, [0, ...axes.map((axis) => axis + 1), 1]);
  const padded = b.pad(last, [0, ...window.padStart, 0, 0, ...window.padEnd, 0]);
  const shifts = offsetsOf(window.kernel).map((offset) => {
    const starts = offset.map((place, i) => place * (window.dilations[i] as number));
    const ends = starts.map(
      (start, i) => start + ((extent[i] as number) - 1) * (window.strides[i] as number) + 1,
    );
    const whole = starts.every((start, i) => start === 0 && ends[i] === b.dims(padded)[i + 1]);
    return whole ? padded : b.slice(padded, axes, starts, ends, window.strides);
  });
  const side = shifts.length === 1 ? (shifts[0] as string) : b.concat(shifts, extent.length + 1);
  return b.reshape(side, [(dims[0] as number) * sizeOf(extent), shifts.length * (dims[1] as number)]);
}
