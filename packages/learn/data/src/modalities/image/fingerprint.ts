import { fingerprintOfGrey, greySide, type Fingerprint } from '../../checks/perceptual.js';
import { namingImage, openImage } from './formats/open.js';

/**
 * Makes the fingerprint of a picture of any size.
 *
 * @throws ImageError where the content is not an image, or is damaged
 */
export async function fingerprintOf(bytes: Uint8Array, name: string): Promise<Fingerprint> {
  const { pipeline } = await openImage(bytes, name);
  const grey = await namingImage(name, () =>
    pipeline
      .resize({ width: greySide, height: greySide, fit: 'fill', kernel: 'linear' })
      .toColourspace('b-w')
      .raw()
      .toBuffer(),
  );
  return fingerprintOfGrey(grey);
}
