import type { ImagePreprocessing } from '@espalier/transfer';
import type { CropBox } from './views.js';
import type { Size } from './formats/open.js';

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Where an image's pixels go: cut `source` out, scale it to `scaled`, then crop or pad. */
export interface Placement {
  readonly source: Box;
  readonly scaled: Size;
  /** Offset of the network's input in the scaled picture; negative where it is padded. */
  readonly left: number;
  readonly top: number;
}

type Frame = Pick<ImagePreprocessing, 'height' | 'width' | 'fit' | 'cropFraction'>;

/** Sizes and centres round as torchvision's Resize and CenterCrop do, for parity. */
export function placeImage(image: Size, frame: Frame, crop: CropBox | null): Placement {
  const input = { width: frame.width, height: frame.height };
  const source = crop === null ? wholeImage(image, frame) : cropBox(image, frame, crop);
  if (frame.fit === 'pad') return contained(source, input);
  if (frame.fit === 'squash' || crop !== null) return { source, scaled: input, left: 0, top: 0 };
  return covered(source, input, frame.cropFraction);
}

/** The whole image, but a sliver is cut to its middle: scaled whole it would fill the memory. */
function wholeImage(image: Size, frame: Frame): Box {
  if (frame.fit !== 'crop') return { ...image, left: 0, top: 0 };
  const aspect = frame.width / frame.height;
  const longest = 8 * Math.max(aspect, 1 / aspect);
  const width = Math.min(image.width, Math.ceil(image.height * longest));
  const height = Math.min(image.height, Math.ceil(image.width * longest));
  const left = Math.floor((image.width - width) / 2);
  return { width, height, left, top: Math.floor((image.height - height) / 2) };
}

function cropBox(image: Size, frame: Frame, crop: CropBox): Box {
  const aspect = frame.fit === 'crop' ? frame.width / frame.height : image.width / image.height;
  const wide = Math.min(image.width, image.height * aspect);
  const width = within(wide * Math.sqrt(crop.area * crop.aspect), image.width);
  const height = within((wide / aspect) * Math.sqrt(crop.area / crop.aspect), image.height);
  const left = Math.round(crop.x * (image.width - width));
  return { width, height, left, top: Math.round(crop.y * (image.height - height)) };
}

function covered(source: Box, input: Size, cropFraction: number): Placement {
  const width = Math.floor(input.width / cropFraction);
  const height = Math.floor(input.height / cropFraction);
  const byWidth = width * source.height >= height * source.width;
  const scaled = byWidth
    ? { width, height: Math.floor((width * source.height) / source.width) }
    : { width: Math.floor((height * source.width) / source.height), height };
  const left = halved(scaled.width - input.width);
  return { source, scaled, left, top: halved(scaled.height - input.height) };
}

function contained(source: Box, input: Size): Placement {
  const scale = Math.min(input.width / source.width, input.height / source.height);
  const width = within(source.width * scale, input.width);
  const height = within(source.height * scale, input.height);
  const left = -Math.floor((input.width - width) / 2);
  return { source, scaled: { width, height }, left, top: -Math.floor((input.height - height) / 2) };
}

function within(length: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(length)));
}

/** Half of a length, rounded to the even neighbour as Python's round() does in CenterCrop. */
function halved(length: number): number {
  const half = Math.floor(length / 2);
  return length % 2 === 0 ? half : half + (half % 2);
}
