import { requireColours } from '../../../checks/blank.js';
import { imageBytes, nameOf, namingImage, openImage } from './open.js';

export interface DecodedImage {
  /** In pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** 8-bit sRGB, `height` x `width` x 3, row after row. */
  readonly data: Uint8Array;
}

/**
 * Decodes a JPEG, PNG, WebP, GIF (first frame), TIFF (first page), AVIF or BMP, of a path or of bytes.
 * The EXIF orientation is applied; grey, CMYK, 16-bit, 32-bit and profiled pictures become 8-bit sRGB, and
 * transparent ones are laid on white.
 *
 * @param name what an error calls the image; the path where one is given.
 * @throws ImageError where the content is not an image, is cut short, is over 100 megapixels, or has samples
 * or channels whose meaning is not sure.
 */
export async function decodeImage(
  input: string | Uint8Array,
  name: string = nameOf(input),
): Promise<DecodedImage> {
  const { pipeline } = await openImage(await imageBytes(input, name), name);
  return namingImage(name, async () => {
    const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  });
}

/** Looks at every pixel. @throws ImageError as decodeImage does, and where the picture is of one colour. */
export async function requirePicture(bytes: Uint8Array, name: string): Promise<void> {
  requireColours((await decodeImage(bytes, name)).data, name);
}
