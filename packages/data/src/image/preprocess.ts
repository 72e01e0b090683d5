import sharp, { type Sharp } from 'sharp';
import type { ImagePreprocessing } from '@espalier/transfer';
import { identityView, type View } from '../augmentation.js';
import type { DecodedImage } from './decode.js';
import { placeImage, type Placement } from './geometry.js';
import { imageBytes, nameOf, namingImage, openImage, type Size } from './open.js';
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
  return namingImage('the decoded image', () => render(pipeline, image, preprocessing, view));
}

/**
 * Decodes and preprocesses in one pass, with the result of `decodeImage` and `preprocessImage`.
 * For hot loops: the full-size picture never reaches JavaScript.
 *
 * @throws ImageError as decodeImage does.
 */
export async function loadPreprocessed(
  input: string | Uint8Array,
  preprocessing: ImagePreprocessing,
  view: View = identityView,
): Promise<Float32Array> {
  const name = nameOf(input);
  const { pipeline, size } = await openImage(await imageBytes(input, name), name);
  return namingImage(name, () => render(pipeline, size, preprocessing, view));
}

async function render(
  pipeline: Sharp,
  size: Size,
  preprocessing: ImagePreprocessing,
  view: View,
): Promise<Float32Array> {
  const placement = placeImage(size, preprocessing, view.crop);
  const placed = place(pipeline, placement, preprocessing);
  const pixels = await placed.raw().toBuffer();
  // The tensor is mirrored as it is written, so an earlier turn has to go the other way.
  const turned = rotatePixels(pixels, preprocessing, view.flip ? -view.rotate : view.rotate);
  return toTensor(adjustColour(turned, view), preprocessing, view.flip);
}

/** Cutting `source` out first keeps libvips from decoding JPEGs at reduced size, which blurs. */
function place(pipeline: Sharp, placement: Placement, input: ImagePreprocessing): Sharp {
  const { source, scaled, left, top } = placement;
  const result = pipeline
    .extract({ left: source.left, top: source.top, width: source.width, height: source.height })
    .resize({ ...scaled, fit: 'fill', kernel: input.interpolation });
  if (left < 0 || top < 0) {
    return result.extend({
      left: -left,
      top: -top,
      right: input.width - scaled.width + left,
      bottom: input.height - scaled.height + top,
      background: { r: 128, g: 128, b: 128 },
    });
  }
  if (scaled.width === input.width && scaled.height === input.height) return result;
  return result.extract({ left, top, width: input.width, height: input.height });
}
