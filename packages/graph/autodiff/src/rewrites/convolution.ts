import {
  at,
  intAttribute,
  node as makeNode,
  sizeOf,
  type GraphNode,
  type Tensor,
  inputOf,
  outputOf,
} from '@espalier/onnx';
import type { GraphBuilder } from '../graph/builder.js';
import { planesOf, type Dims } from '../graph/dims.js';
import { offsetsOf, windowOf, type Window } from '../rules/window.js';
import type { Affine } from './batchNormalization.js';

/** Below this many output positions a convolution is faster as a product with columns. */
const FEW_POSITIONS = 64;
/** Beyond this many input positions picking them by a product costs too much. */
const MOST_INPUTS = 256;
/** Below this many input channels it is not. */
const MANY_CHANNELS = 64;

/** Tells whether a convolution should become one matrix product over the whole batch. */
export function wantsColumns(b: GraphBuilder, node: GraphNode): boolean {
  const { channels, places } = planesOf(b.dims(inputOf(node, 0)));
  const positions = sizeOf(b.dims(outputOf(node)).slice(2));
  const plain = intAttribute(node, 'group', 1) === 1;
  const few = positions <= FEW_POSITIONS && sizeOf(places) <= MOST_INPUTS;
  return plain && few && channels >= MANY_CHANNELS;
}

/**
 * A convolution as columns times weight (im2col; Chellapilla et al., 2006), with the weight held as
 * [O, ...kernel, C], for which the gradient's product is the fastest. Deep layers have so few positions an
 * image that ONNX Runtime's own kernel, one product an image, leaves most of the machine idle.
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
  const [x, weight, bias = ''] = [inputOf(node, 0), inputOf(node, 1), node.inputs[2]];
  const { batch, channels, places: input } = planesOf(b.dims(x));
  const weightDims = b.dims(weight);
  const outputs = at(weightDims, 0);
  const extent = b.dims(output).slice(2);
  const window = windowOf(node, weightDims.slice(1, -1), input, extent);
  const columns = columnsOf(b, x, window, input, extent);
  const flat = b.reshape(weight, [outputs, sizeOf(window.kernel) * channels]);
  const operands = bias === '' ? [columns, flat] : [columns, flat, bias];
  let rows = b.emit('Gemm', operands, [batch * sizeOf(extent), outputs], { transB: 1 });
  if (affine !== null) rows = b.add(b.mul(rows, affine.scale), affine.shift);
  const last = b.reshape(rows, [batch, ...extent, outputs]);
  const rank = extent.length;
  const perm = [0, rank + 1, ...extent.map((_, i) => i + 1)];
  b.append(makeNode('Transpose', [last], [output], { perm }));
}

/**
 * [N * positions, kernel places * C], as one product with a matrix of zeros and ones that picks the
 * input position of each tap: for so few positions faster than pad, slices and a concatenation, and
 * so is its gradient.
 */
function columnsOf(b: GraphBuilder, x: string, window: Window, input: Dims, extent: Dims): string {
  const { batch, channels } = planesOf(b.dims(x));
  const places = sizeOf(input);
  const picks = b.constant(selection(window, input, extent), 'selection');
  const rows = b.transpose(b.reshape(x, [batch, channels, places]), [0, 2, 1]);
  const taps = at(b.dims(picks), 0);
  return b.reshape(b.matMul(picks, rows), [batch * sizeOf(extent), (taps / sizeOf(extent)) * channels]);
}

/** [positions * kernel places, input positions]: 1 where a tap reads a position; padding reads none. */
function selection(window: Window, input: Dims, extent: Dims): Tensor {
  const offsets = offsetsOf(window.kernel);
  const taps = offsetsOf(extent).flatMap((position) =>
    offsets.map((offset) => tapOf(window, position, offset)),
  );
  const places = sizeOf(input);
  const data = new Float32Array(taps.length * places);
  taps.forEach((tap, row) => {
    if (tap.some((place, i) => place < 0 || place >= at(input, i))) return;
    data[row * places + tap.reduce((sum, place, i) => sum * at(input, i) + place, 0)] = 1;
  });
  return { dtype: 'float32', dims: [taps.length, places], data };
}

const tapOf = (window: Window, position: Dims, offset: Dims): number[] =>
  position.map(
    (place, i) =>
      place * at(window.strides, i) + at(offset, i) * at(window.dilations, i) - at(window.padStart, i),
  );
