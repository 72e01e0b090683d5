import { at, float32, sizeOf } from '@espalier/onnx';
import type { Writer } from '../../../graph/algebra.js';
import { dilate } from '../../dilate.js';
import { extentOf, reachOf } from '../../window.js';
import type { Convolution } from './convolution.js';

/** Up to so many places a product with ones on the other diagonal is faster than a slice backwards. */
const MOST_FLIPPED = 25;

/**
 * dx is the convolution of dy, dilated by the strides, with the weight flipped in space and its
 * channel axes exchanged (Dumoulin & Visin, 2016, section 4). Without strides that runs on the
 * fast forward kernel; with them `ConvTranspose` does it, except for depthwise convolutions,
 * where that kernel is slow and the zeros of a dilated dy cost little.
 */
export function inputGradient(c: Writer, conv: Convolution): string {
  const strided = conv.strides.some((stride) => stride > 1);
  const cropped = conv.padStart.some((pad, i) => reachOf(conv, i) < pad);
  const depthwise = conv.groups === conv.channels && conv.groups > 1;
  return (strided && !depthwise) || cropped ? transposedConvolution(c, conv) : flippedConvolution(c, conv);
}

function flippedConvolution(c: Writer, conv: Convolution): string {
  let { dy } = conv;
  const before = conv.padStart.map((pad, i) => reachOf(conv, i) - pad);
  const after = conv.padStart.map((pad, i) => {
    dy = dilate(c, dy, i + 2, at(conv.strides, i));
    return at(conv.input, i) + pad - at(c.dims(dy), i + 2);
  });
  // A strided window may stop short of the last elements, whose gradient is then zero.
  const crops = after.map((pad) => Math.min(0, pad));
  dy = c.pad(dy, [0, 0, ...before.map(() => 0), 0, 0, ...crops]);
  return c.emit('Conv', [dy, flippedWeight(c, conv)], [conv.batch, conv.channels, ...conv.input], {
    kernel_shape: conv.kernel,
    pads: [...before, ...after.map((pad) => Math.max(0, pad))],
    dilations: conv.dilations,
    group: conv.groups,
  });
}

/** [O, C/g, ...k] to [C, O/g, ...k], reversed along the kernel's axes. */
function flippedWeight(c: Writer, conv: Convolution): string {
  const weight = exchanged(c, conv);
  const dims = c.dims(weight);
  const places = sizeOf(conv.kernel);
  if (places === 1) return weight;
  if (places > MOST_FLIPPED) {
    return c.flip(
      weight,
      conv.kernel.map((_, i) => i + 2),
    );
  }
  // All axes reversed is the flat kernel reversed.
  const reversal = Float32Array.from({ length: places ** 2 }, (_, i) =>
    (i % places) + Math.floor(i / places) === places - 1 ? 1 : 0,
  );
  const rows = c.reshape(weight, [sizeOf(dims) / places, places]);
  const reversed = c.matMul(rows, c.constant(float32([places, places], reversal), 'reversal'));
  return c.reshape(reversed, dims);
}

/** The weight with its channel axes exchanged, in each group. */
function exchanged(c: Writer, { w, kernel, groups, channels, outputs }: Convolution): string {
  const [perGroupIn, perGroupOut] = [channels / groups, outputs / groups];
  if (groups === 1) return c.transpose(w, [1, 0, ...kernel.map((_, i) => i + 2)]);
  if (perGroupIn === 1 && perGroupOut === 1) return w;
  const grouped = c.reshape(w, [groups, perGroupOut, perGroupIn, ...kernel]);
  const swapped = c.transpose(grouped, [0, 2, 1, ...kernel.map((_, i) => i + 3)]);
  return c.reshape(swapped, [channels, perGroupOut, ...kernel]);
}

function transposedConvolution(c: Writer, conv: Convolution): string {
  // What a strided window left over at the end of the input.
  const outputPadding = conv.input.map(
    (size, i) => size + at(conv.padStart, i) + at(conv.padEnd, i) - extentOf(conv, i, at(conv.output, i)),
  );
  return c.emit('ConvTranspose', [conv.dy, conv.w], [conv.batch, conv.channels, ...conv.input], {
    kernel_shape: conv.kernel,
    strides: conv.strides,
    dilations: conv.dilations,
    pads: [...conv.padStart, ...conv.padEnd],
    output_padding: outputPadding,
    group: conv.groups,
  });
}
