import sharp, { type Sharp } from 'sharp';
import type { ImagePreprocessing } from '@espalier/transfer';
import { identityView, type View } from './views.js';
import { isOneColour } from '../../checks/blank.js';
import { requirePicture, type DecodedImage } from './formats/decode.js';
import { placeImage, type Placement } from './geometry.js';
import { imageBytes, nameOf, namingImage, openImage, type Size } from './formats/open.js';
import { adjustColour, rotatePixels, toTensor } from './pixels.js';

/** Shape of one preprocessed image, without the batch: [C, H, W] or [H, W, C]. */
export function preprocessedShape(preprocessing: ImagePreprocessing): number[] {
  const { height, width, layout, channels } = preprocessing;
  const count = channels === 'grey' ? 1 : 3;
  return layout === 'nchw' ? [count, height, width] : [height, width, count];
}

/**
 * One decoded image as a backbone's input, flattened from `preprocessedShape(preprocessing)`:
 * `(pixel * scale - mean[c]) / std[c]`, where c counts the network's channels in their order.
 */
export async function preprocessImage(
  image: DecodedImage,
  preprocessing: ImagePreprocessing,
  view: View = identityView,
): Promise<Float32Array> {
  const { width, height, data } = image;
  const pipeline = sharp(data, { raw: { width, height, channels: 3 } });
  const { pixels } = await namingImage('the decoded image', () =>
    render(pipeline, image, preprocessing, view),
  );
  return pixels;
}

/**
 * Decodes and preprocesses in one pass, with the result of `decodeImage` and `preprocessImage`.
 * For hot loops: the full-size picture never reaches JavaScript.
 *
 * @throws ImageError as decodeImage does, and where the picture is of one colour
 */
export async function loadPreprocessed(
  input: string | Uint8Array,
  preprocessing: ImagePreprocessing,
  view: View = identityView,
  name: string = nameOf(input),
): Promise<Float32Array> {
  const bytes = await imageBytes(input, name);
  const { pipeline, size } = await openImage(bytes, name);
  return namingImage(name, async () => {
    const { pixels, scaled } = await render(pipeline, size, preprocessing, view);
    // The network may see one colour of a picture that has more.
    if (view.crop === null && isOneColour(scaled)) await requirePicture(bytes, name);
    return pixels;
  });
}

interface Rendered {
  /** The network's input. */
  readonly pixels: Float32Array;
  /** 8-bit RGB of the part that was scaled, before it is cut: read whole, so that no damage in it is missed. */
  readonly scaled: Uint8Array;
}

async function render(
  pipeline: Sharp,
  size: Size,
  preprocessing: ImagePreprocessing,
  view: View,
): Promise<Rendered> {
  const placement = placeImage(size, preprocessing, view.crop);
  const scaled = await scale(pipeline, placement, preprocessing);
  const framed = frame(scaled, placement, preprocessing);
  // The tensor is mirrored as it is written, so an earlier turn has to go the other way.
  const turned = rotatePixels(framed, preprocessing, view.flip ? -view.rotate : view.rotate);
  return { pixels: toTensor(adjustColour(turned, view), preprocessing, view.flip), scaled };
}

/** Cutting `source` out first keeps libvips from decoding JPEGs at reduced size, which blurs. */
const scale = (
  pipeline: Sharp,
  { source, scaled }: Placement,
  { interpolation }: ImagePreprocessing,
): Promise<Uint8Array> =>
  pipeline
    .extract({ left: source.left, top: source.top, width: source.width, height: source.height })
    .resize({ ...scaled, fit: 'fill', kernel: interpolation })
    .raw()
    .toBuffer();

/** Cuts the network's input out of the scaled picture; what lies outside of it is grey. */
function frame(pixels: Uint8Array, { scaled, left, top }: Placement, input: ImagePreprocessing): Uint8Array {
  const { width, height } = input;
  if (left === 0 && top === 0 && scaled.width === width && scaled.height === height) return pixels;
  const result = new Uint8Array(width * height * 3).fill(128);
  const first = Math.max(0, left);
  const end = Math.min(scaled.width, left + width);
  for (let y = Math.max(0, top); y < Math.min(scaled.height, top + height); y++) {
    const row = pixels.subarray((y * scaled.width + first) * 3, (y * scaled.width + end) * 3);
    result.set(row, ((y - top) * width + first - left) * 3);
  }
  return result;
}
