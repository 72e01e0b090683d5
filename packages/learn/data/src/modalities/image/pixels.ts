import type { ImagePreprocessing } from '@espalier/transfer';
import type { View } from './views.js';
import type { Size } from './formats/open.js';

/** ITU-R BT.601 luma, as Pillow's mode L and torchvision use. */
const luma = [0.299, 0.587, 0.114] as const;

/** Interleaved RGB values in 0..255. */
type Pixels = Uint8Array | Float32Array;

/** Turns the picture about its centre; what turns in from outside repeats the edge. */
export function rotatePixels(pixels: Pixels, size: Size, degrees: number): Pixels {
  if (degrees === 0) return pixels;
  const { width, height } = size;
  const result = new Float32Array(pixels.length);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - centreX, y - centreY];
      const sourceX = Math.min(width - 1, Math.max(0, centreX + cos * dx + sin * dy));
      const sourceY = Math.min(height - 1, Math.max(0, centreY - sin * dx + cos * dy));
      sampleBilinear(pixels, size, sourceX, sourceY, result, (y * width + x) * 3);
    }
  }
  return result;
}

function sampleBilinear(
  pixels: Pixels,
  { width, height }: Size,
  x: number,
  y: number,
  result: Float32Array,
  at: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  for (let c = 0; c < 3; c++) {
    const value = (row: number, column: number): number => pixels[(row * width + column) * 3 + c] ?? 0;
    const above = value(top, left) * (1 - fx) + value(top, right) * fx;
    const below = value(bottom, left) * (1 - fx) + value(bottom, right) * fx;
    result[at + c] = above * (1 - fy) + below * fy;
  }
}

/**
 * Brightness, then contrast about the picture's mean grey, then saturation about each pixel's
 * grey, clamped to 0..255 after each: torchvision's ColorJitter in a fixed order.
 */
export function adjustColour(
  pixels: Pixels,
  { brightness, contrast, saturation }: Pick<View, 'brightness' | 'contrast' | 'saturation'>,
): Pixels {
  if (brightness === 1 && contrast === 1 && saturation === 1) return pixels;
  const result = new Float32Array(pixels.length);
  let total = 0;
  for (let i = 0; i < pixels.length; i += 3) {
    for (let c = 0; c < 3; c++) result[i + c] = clamp((pixels[i + c] ?? 0) * brightness);
    total += greyAt(result, i);
  }
  const meanGrey = total / (pixels.length / 3);
  for (let i = 0; i < result.length; i += 3) {
    for (let c = 0; c < 3; c++) result[i + c] = blend(result[i + c] ?? 0, meanGrey, contrast);
    const grey = greyAt(result, i);
    for (let c = 0; c < 3; c++) result[i + c] = blend(result[i + c] ?? 0, grey, saturation);
  }
  return result;
}

/** Interleaved RGB to the network's channels, layout and normalisation, mirrored if asked. */
export function toTensor(pixels: Pixels, preprocessing: ImagePreprocessing, flip: boolean): Float32Array {
  const { height, width, layout, channels, scale, mean, std } = preprocessing;
  const sources = channels === 'grey' ? ['grey' as const] : channels === 'bgr' ? [2, 1, 0] : [0, 1, 2];
  const count = sources.length;
  const area = height * width;
  const result = new Float32Array(count * area);
  for (const [c, source] of sources.entries()) {
    const [offset, step] = layout === 'nchw' ? [c * area, 1] : [c, count];
    const [shift, deviation] = [mean[c] as number, std[c] as number];
    for (let i = 0; i < area; i++) {
      const column = i % width;
      const from = (flip ? i + width - 1 - 2 * column : i) * 3;
      const pixel = source === 'grey' ? greyAt(pixels, from) : (pixels[from + source] as number);
      result[offset + i * step] = (pixel * scale - shift) / deviation;
    }
  }
  return result;
}

function greyAt(pixels: Pixels, i: number): number {
  return (pixels[i] ?? 0) * luma[0] + (pixels[i + 1] ?? 0) * luma[1] + (pixels[i + 2] ?? 0) * luma[2];
}

function blend(value: number, toward: number, factor: number): number {
  return clamp(toward + (value - toward) * factor);
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}
