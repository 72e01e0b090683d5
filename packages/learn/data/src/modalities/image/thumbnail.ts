import { imageBytes, nameOf, namingImage, openImage } from './formats/open.js';

/**
 * A picture made small for people to look at, drawn again as WebP: whatever else the file holds is left behind.
 *
 * @param side most pixels of its longer side
 * @throws ImageError where the content is not an image, or is damaged
 */
export async function thumbnailOf(
  input: string | Uint8Array,
  side: number,
  name: string = nameOf(input),
): Promise<Uint8Array> {
  const { pipeline } = await openImage(await imageBytes(input, name), name);
  return namingImage(name, () =>
    pipeline
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 85 })
      .toBuffer(),
  );
}
