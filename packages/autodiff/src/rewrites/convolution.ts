import { intAttribute, node as makeNode, sizeOf, type GraphNode, type Tensor } from '@espalier/onnx';
import type { GraphBuilder } from '../builder.js';
import { offsetsOf, windowOf, type Window } from '../rules/window.js';
import type { Affine } from './batchNormalization.js';

/** Below this many output positions a convolution is faster as a product with columns. */
const FEW_POSITIONS = 64;
/** Beyond this many input positions picking them by a product costs too much. */
const MOST_INPUTS = 256;
/** Below this many input channels it is not. */
const MANY_CHANNELS = 64;

/** Whether a convolution should become one matrix product over the whole batch. */
export function wantsColumns(b: GraphBuilder, node: GraphNode): boolean {
  const [, channels] = b.dims(node.inputs[0] as string) as [number, number];
  const positions = sizeOf(b.dims(node.outputs[0] as string).slice(2));
  const plain = intAttribute(node, 'group', 1) === 1;
  const inputs = sizeOf(b.dims(node.inputs[0] as string).slice(2));
  return plain && positions <= FEW_POSITIONS && inputs <= MOST_INPUTS && channels >= MANY_CHANNELS;
}

/**
 * A convolution as columns times weight (im2col; Chellapilla et al., 2006), with the weight held as
 * [O, ...kernel, C], for which the gradient's product is the fastest. Deep layers have so few positions an image that ONNX Runtime's own kernel,
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
  const outputs = weightDims[0] as number;
  const extent = b.dims(output).slice(2);
  const window = windowOf(node, weightDims.slice(1, -1), input, extent);
  const columns = columnsOf(b, x, window, input, extent);
  const flat = b.reshape(weight, [outputs, sizeOf(window.kernel) * channels]);
  const operands = bias === undefined || bias === '' ? [columns, flat] : [columns, flat, bias];
  let rows = b.emit('Gemm', operands, [batch * sizeOf(extent), outputs], { transB: 1 });
  if (affine !== null) rows = b.binary('Add', b.binary('Mul', rows, affine.scale), affine.shift);
  const last = b.reshape(rows, [batch, ...extent, outputs]);
  const rank = extent.length;
  const perm = [0, rank + 1, ...extent.map((_, i) => i + 1)];
  b.add(makeNode('Transpose', [last], [output], { perm }));
}

/**
 * [N * positions, kernel places * C], as one product with a matrix of zeros and ones that picks the
 * input position of each tap: for so few positions faster than pad, slices and a concatenation, and
 * so is its gradient.
 */
function columnsOf(
  b: GraphBuilder,
  x: string,
  window: Window,
  input: readonly number[],
  extent: readonly number[],
): string {
  const [batch, channels] = b.dims(x) as [number, number];
  const places = sizeOf(input);
  const picks = b.constant(selection(window, input, extent), 'selection');
  const rows = b.transpose(b.reshape(x, [batch, channels, places]), [0, 2, 1]);
  const taps = b.dims(picks)[0] as number;
  const columns = b.matMul(picks, rows, [batch, taps, channels]);
  return b.reshape(columns, [batch * sizeOf(extent), (taps / sizeOf(extent)) * channels]);
}

/** [positions * kernel places, input positions]: 1 where a tap reads a position; padding reads none. */
function selection(window: Window, input: readonly number[], extent: readonly number[]): Tensor {
  const offsets = offsetsOf(window.kernel);
  const taps = offsetsOf(extent).flatMap((position) =>
    offsets.map((offset) => tapOf(window, position, offset)),
  );
  const places = sizeOf(input);
  const data = new Float32Array(taps.length * places);
  taps.forEach((tap, row) => {
    if (tap.some((at, i) => at < 0 || at >= (input[i] as number))) return;
    data[row * places + tap.reduce((sum, at, i) => sum * (input[i] as number) + at, 0)] = 1;
  });
  return { dtype: 'float32', dims: [taps.length, places], data };
}

const tapOf = (window: Window, position: readonly number[], offset: readonly number[]): number[] =>
  position.map(
    (at, i) =>
      at * (window.strides[i] as number) +
      (offset[i] as number) * (window.dilations[i] as number) -
      (window.padStart[i] as number),
  );
