import { at, float32, sizeOf } from '@espalier/onnx';
import type { Writer } from '../../../graph/algebra.js';
import { extentOf, offsetsOf } from '../../window.js';
import type { Convolution } from './convolution.js';

/** With this few input channels, columns are too thin for a matrix product to be fast. */
const FEW_CHANNELS = 4;

/** One product over all images pays where one image alone has fewer positions than this. */
const FEW_POSITIONS = 196;

/** Wider rows make picking shifted columns by a product slower than slicing them. */
const MOST_PICKED = 64;

/** Chooses, by shape, the form of dw that was fastest in tools/bench. */
export function weightGradient(b: Writer, c: Convolution): string {
  if (c.groups > 1 && c.groups === c.channels) return depthwise(b, c);
  if (c.groups > 1) return grouped(b, c);
  const pointwise = sizeOf(c.kernel) === 1 && [...c.strides].every((s) => s === 1);
  const unpadded = [...c.padStart, ...c.padEnd].every((pad) => pad === 0);
  if (pointwise && unpadded) return perPixel(b, c);
  if (c.channels <= FEW_CHANNELS) return swappedRoles(b, c);
  const plane = c.kernel.length === 2 && c.strides.every((s) => s === 1) && at(c.input, 1) <= MOST_PICKED;
  return plane ? bothShifted(b, c) : columns(b, c, c.x, c.dy);
}

/** A 1x1 convolution is a matrix product. */
function perPixel(b: Writer, c: Convolution): string {
  const positions = sizeOf(c.output);
  const x = b.reshape(c.x, [c.batch, c.channels, positions]);
  const dy = b.reshape(c.dy, [c.batch, c.outputs, positions]);
  const shape = [c.outputs, c.channels];
  const weight = positions < FEW_POSITIONS ? onePerBatch() : b.sum(onePerImage(), [0]);
  return b.reshape(weight, [...shape, ...c.kernel]);

  function onePerImage(): string {
    return b.matMul(dy, x, { transB: true });
  }

  function onePerBatch(): string {
    const left = b.reshape(b.transpose(dy, [1, 0, 2]), [c.outputs, c.batch * positions]);
    const right = b.reshape(b.transpose(x, [1, 0, 2]), [c.channels, c.batch * positions]);
    return b.matMul(left, right, { transB: true });
  }
}

/**
 * dw[o, k, c] = sum over positions of dy[o, position] x[position shifted by k, c]: one matrix
 * product of dy with the shifted copies of x side by side.
 *
 * @returns [O, C, ...kernel] for x [N, C, ...] and dy [N, O, ...]
 */
function columns(b: Writer, c: Convolution, x: string, dy: string): string {
  const channels = at(b.dims(x), 1);
  const outputs = at(b.dims(dy), 1);
  const rank = c.kernel.length;
  const spatial = c.kernel.map((_, i) => i);
  const last = b.transpose(x, [0, ...spatial.map((i) => i + 2), 1]);
  const padded = b.pad(last, [0, ...c.padStart, 0, 0, ...c.padEnd, 0]);
  const shifts = offsetsOf(c.kernel).map((offset) => shifted(b, c, padded, offset, 1));
  const positions = c.batch * sizeOf(c.output);
  const side = b.concat(shifts, rank + 1);
  const wide = b.reshape(side, [positions, shifts.length * channels]);
  const rows = b.reshape(b.transpose(dy, [1, 0, ...spatial.map((i) => i + 2)]), [outputs, positions]);
  const product = b.matMul(rows, wide);
  const apart = b.reshape(product, [outputs, ...c.kernel, channels]);
  return b.transpose(apart, [0, rank + 1, ...spatial.map((i) => i + 1)]);
}

/**
 * The same for a plane without strides, with the horizontal shifts on the side of x and the vertical
 * ones on the side of dy: two matrices a kernel's height and width as large, where {@link columns}
 * needs one that is larger by both.
 */
function bothShifted(b: Writer, c: Convolution): string {
  const [kh, kw] = [at(c.kernel, 0), at(c.kernel, 1)];
  const [top, bottom] = [at(c.padStart, 0), at(c.padEnd, 0)];
  const [width, outHeight, outWidth] = [at(c.input, 1), at(c.output, 0), at(c.output, 1)];
  const height = at(c.input, 0) + top + bottom;
  const positions = c.batch * height * outWidth;

  const rows = b.pad(b.transpose(c.x, [0, 2, 3, 1]), [0, top, 0, 0, 0, bottom, 0, 0]);
  const picks = b.constant(float32([outWidth * kw, width], horizontalPicks(c)), 'picks');
  const picked = b.matMul(picks, rows);
  const right = b.reshape(picked, [positions, kw * c.channels]);

  const dy = b.transpose(c.dy, [1, 0, 2, 3]);
  const shifts = Array.from({ length: kh }, (_, i) => {
    const above = i * at(c.dilations, 0);
    return b.pad(dy, [0, 0, above, 0, 0, 0, height - outHeight - above, 0]);
  });
  const stacked = b.concat(shifts, 0);
  const left = b.reshape(stacked, [kh * c.outputs, positions]);
  const product = b.matMul(left, right);
  // [kh, O, kw, C] to [O, C, kh, kw], an axis at a time: several times as fast as both at once.
  const rest = c.outputs * kw * c.channels;
  const heightLast = b.transpose(b.reshape(product, [kh, rest]), [1, 0]);
  const both = b.transpose(b.reshape(heightLast, [c.outputs, kw, c.channels * kh]), [0, 2, 1]);
  return b.reshape(both, [c.outputs, c.channels, kh, kw]);
}

/** 1 where horizontal tap j of output column w reads an input column; padding reads none. */
function horizontalPicks(c: Convolution): Float32Array {
  const [width, outWidth, kw] = [at(c.input, 1), at(c.output, 1), at(c.kernel, 1)];
  const [step, padding] = [at(c.dilations, 1), at(c.padStart, 1)];
  const picks = new Float32Array(outWidth * kw * width);
  for (let w = 0; w < outWidth; w++) {
    for (let j = 0; j < kw; j++) {
      const column = w + j * step - padding;
      if (column >= 0 && column < width) picks[(w * kw + j) * width + column] = 1;
    }
  }
  return picks;
}

/** The elements of padded x that kernel place `offset` meets; `axis` is the first spatial axis. */
function shifted(b: Writer, c: Convolution, padded: string, offset: readonly number[], axis: number): string {
  const starts = offset.map((place, i) => place * at(c.dilations, i));
  const ends = starts.map((start, i) => start + (at(c.output, i) - 1) * at(c.strides, i) + 1);
  return b.slice(
    padded,
    c.kernel.map((_, i) => axis + i),
    starts,
    ends,
    c.strides,
  );
}

/** dw as a convolution of x with dy in which batch and channels, strides and dilations swap roles. */
function swappedRoles(b: Writer, c: Convolution): string {
  const swap = [1, 0, ...c.kernel.map((_, i) => i + 2)];
  // Cropped so that exactly the kernel's extent comes out.
  const ends = c.padEnd.map((pad, i) => {
    const used = extentOf(c, i, at(c.output, i));
    return pad - (at(c.input, i) + at(c.padStart, i) + pad - used);
  });
  const x = b.pad(b.transpose(c.x, swap), [0, 0, ...c.padStart, 0, 0, ...ends]);
  const weight = b.emit('Conv', [x, b.transpose(c.dy, swap)], [c.channels, c.outputs, ...c.kernel], {
    kernel_shape: c.output,
    strides: c.dilations,
    dilations: c.strides,
  });
  return b.transpose(weight, swap);
}

/** One channel meets one filter: a weighted sum a place of the kernel. */
function depthwise(b: Writer, c: Convolution): string {
  const many = c.outputs / c.channels;
  const spatial = c.kernel.map((_, i) => i);
  const padded = b.pad(c.x, [0, 0, ...c.padStart, 0, 0, ...c.padEnd]);
  const dy = many === 1 ? c.dy : b.reshape(c.dy, [c.batch, c.channels, many, ...c.output]);
  const sums = offsetsOf(c.kernel).map((offset) => {
    const x = shifted(b, c, padded, offset, 2);
    const met = many === 1 ? x : b.reshape(x, [c.batch, c.channels, 1, ...c.output]);
    const product = b.mul(met, dy);
    const axes = [0, ...spatial.map((i) => i + (many === 1 ? 2 : 3))];
    return b.reshape(b.sum(product, axes), [c.outputs, 1, 1]);
  });
  return b.reshape(b.concat(sums, 2), [c.outputs, 1, ...c.kernel]);
}

/** Each group of channels on its own. */
function grouped(b: Writer, c: Convolution): string {
  const perGroup = { in: c.channels / c.groups, out: c.outputs / c.groups };
  const parts = Array.from({ length: c.groups }, (_, g) => {
    const x = b.slice(c.x, [1], [g * perGroup.in], [(g + 1) * perGroup.in]);
    const dy = b.slice(c.dy, [1], [g * perGroup.out], [(g + 1) * perGroup.out]);
    return columns(b, c, x, dy);
  });
  return b.concat(parts, 0);
}
