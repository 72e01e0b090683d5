import { float32, sizeOf } from '@espalier/onnx';
import { dilate } from '../shape.js';
import type { Convolution } from './index.js';

/**
 * dx is the convolution of dy, dilated by the strides, with the weight flipped in space and its
 * channel axes exchanged (Dumoulin & Visin, 2016, section 4). Without strides that runs on the
 * fast forward kernel; with them `ConvTranspose` does it, except for depthwise convolutions,
 * where that kernel is slow and the zeros of a dilated dy cost little.
 */
export function inputGradient(convolution: Convolution): string {
  const strided = convolution.strides.some((stride) => stride > 1);
  const cropped = convolution.kernel.some((_, i) => reach(convolution, i) < padStart(convolution, i));
  const depthwise = convolution.groups === convolution.channels && convolution.groups > 1;
  return (strided && !depthwise) || cropped
    ? transposedConvolution(convolution)
    : flippedConvolution(convolution);
}

const padStart = (c: Convolution, i: number): number => c.padStart[i] as number;

/** How far the kernel reaches beyond its first tap. */
const reach = (c: Convolution, i: number): number =>
  ((c.kernel[i] as number) - 1) * (c.dilations[i] as number);

function flippedConvolution(c: Convolution): string {
  const { b } = c.context;
  let dy = c.dy;
  const before: number[] = [];
  const after: number[] = [];
  c.kernel.forEach((_, i) => {
    dy = dilate(b, dy, i + 2, c.strides[i] as number);
    before.push(reach(c, i) - padStart(c, i));
    after.push((c.input[i] as number) + padStart(c, i) - (b.dims(dy)[i + 2] as number));
  });
  // A strided window may stop short of the last elements, whose gradient is then zero.
  const negative = after.map((pad) => Math.min(0, pad));
  if (negative.some((pad) => pad < 0)) dy = b.pad(dy, [0, 0, ...before.map(() => 0), 0, 0, ...negative]);
  return b.emit('Conv', [dy, flippedWeight(c)], [c.batch, c.channels, ...c.input], {
    kernel_shape: c.kernel,
    pads: [...before, ...after.map((pad) => Math.max(0, pad))],
    dilations: c.dilations,
    group: c.groups,
  });
}

/** [O, C/g, ...k] to [C, O/g, ...k], reversed along the kernel's axes. */
function flippedWeight(c: Convolution): string {
  const { b } = c.context;
  const [perGroupIn, perGroupOut] = [c.channels / c.groups, c.outputs / c.groups];
  const spatial = c.kernel.map((_, i) => i);
  let weight = c.w;
  if (c.groups === 1) {
    weight = b.transpose(weight, [1, 0, ...spatial.map((i) => i + 2)]);
  } else if (perGroupIn > 1 || perGroupOut > 1) {
    const grouped = b.reshape(weight, [c.groups, perGroupOut, perGroupIn, ...c.kernel]);
    const swapped = b.transpose(grouped, [0, 2, 1, ...spatial.map((i) => i + 3)]);
    weight = b.reshape(swapped, [c.channels, perGroupOut, ...c.kernel]);
  }
  const places = sizeOf(c.kernel);
  if (places === 1) return weight;
  if (places > MOST_FLIPPED)
    return b.flip(
      weight,
      spatial.map((i) => i + 2),
    );
  // All axes reversed is the flat kernel reversed.
  const dims = b.dims(weight);
  const rows = b.reshape(weight, [sizeOf(dims) / places, places]);
  const reversal = Float32Array.from({ length: places ** 2 }, (_, i) =>
    (i % places) + Math.floor(i / places) === places - 1 ? 1 : 0,
  );
  const reversed = b.matMul(rows, b.constant(float32([places, places], reversal), 'reversal'), [
    sizeOf(dims) / places,
    places,
  ]);
  return b.reshape(reversed, dims);
}

/** Up to so many places a product with ones on the other diagonal is faster than a slice backwards. */
const MOST_FLIPPED = 25;

function transposedConvolution(c: Convolution): string {
  // What a strided window left over at the end of the input.
  const outputPadding = c.input.map((size, i) => {
    const covered = ((c.output[i] as number) - 1) * (c.strides[i] as number) + reach(c, i) + 1;
    return size + padStart(c, i) + (c.padEnd[i] as number) - covered;
  });
  return c.context.b.emit('ConvTranspose', [c.dy, c.w], [c.batch, c.channels, ...c.input], {
    kernel_shape: c.kernel,
    strides: c.strides,
    dilations: c.dilations,
    pads: [...c.padStart, ...c.padEnd],
    output_padding: outputPadding,
    group: c.groups,
  });
}
