import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../../../errors.js';
import { drawn, folderWith, scene } from '../../../testing/datasets.js';
import { decodeImage, type DecodedImage } from './decode.js';

/** Four corners that tell every orientation apart. */
const corners = drawn(48, 32, (x, y) =>
  y < 16 ? (x < 24 ? [250, 0, 0] : [0, 250, 0]) : x < 24 ? [0, 0, 250] : [250, 250, 0],
);

/** Moves that undo what each orientation says was done to the stored picture. */
const stored = {
  1: () => corners.clone(),
  2: () => corners.clone().flop(),
  3: () => corners.clone().rotate(180),
  4: () => corners.clone().flip(),
  5: async () => sharp(await corners.clone().rotate(90).png().toBuffer()).flop(),
  6: () => corners.clone().rotate(270),
  7: async () => sharp(await corners.clone().rotate(90).png().toBuffer()).flip(),
  8: () => corners.clone().rotate(90),
} as const;

function pixel(image: DecodedImage, x: number, y: number): number[] {
  const at = (y * image.width + x) * 3;
  return [...image.data.subarray(at, at + 3)];
}

function expectClose(actual: readonly number[], wanted: readonly number[], within: number): void {
  for (const [i, value] of actual.entries()) {
    expect(Math.abs(value - (wanted[i] ?? NaN)), `${actual} is not ${wanted}`).toBeLessThanOrEqual(within);
  }
}

describe('decodeImage', () => {
  it.each(Object.entries(stored))('turns EXIF orientation %s upright', async (number, make) => {
    const jpeg = (await make()).withMetadata({ orientation: Number(number) });
    const image = await decodeImage(await jpeg.jpeg({ chromaSubsampling: '4:4:4' }).toBuffer());
    expect([image.width, image.height]).toEqual([48, 32]);
    expectClose(pixel(image, 4, 4), [250, 0, 0], 6);
    expectClose(pixel(image, 44, 4), [0, 250, 0], 6);
    expectClose(pixel(image, 4, 28), [0, 0, 250], 6);
    expectClose(pixel(image, 44, 28), [250, 250, 0], 6);
  });

  const orange = [200, 120, 40] as const;
  const flat = drawn(20, 10, () => orange);
  it.each([
    ['PNG', flat.clone().png(), orange, 0],
    ['WebP', flat.clone().webp({ quality: 95 }), orange, 8],
    ['AVIF', flat.clone().avif({ quality: 90 }), orange, 8],
    ['GIF', flat.clone().gif(), orange, 8],
    ['TIFF', flat.clone().tiff({ compression: 'lzw' }), orange, 0],
    ['CMYK JPEG', flat.clone().toColourspace('cmyk').jpeg({ quality: 95 }), orange, 30],
    ['16-bit PNG', flat.clone().toColourspace('rgb16').png(), orange, 1],
    [
      '16-bit grey PNG',
      drawn(20, 10, () => [90, 90, 90])
        .toColourspace('grey16')
        .png(),
      [90, 90, 90],
      2,
    ],
    [
      'grey JPEG',
      drawn(20, 10, () => [90, 90, 90])
        .greyscale()
        .jpeg(),
      [90, 90, 90],
      2,
    ],
    ['transparent PNG', flat.clone().ensureAlpha(0).png(), [255, 255, 255], 0],
    ['half transparent PNG', flat.clone().ensureAlpha(0.5).png(), [228, 188, 148], 2],
  ] as const)('gives 8-bit RGB for a %s', async (_, image, colour, within) => {
    const decoded = await decodeImage(await image.toBuffer());
    expect(decoded.data.length).toBe(20 * 10 * 3);
    expectClose(pixel(decoded, 10, 5), colour, within);
  });

  it.each([0.1, 0.5, 0.98])('refuses a JPEG cut to %s of its length', async (part) => {
    const jpeg = await scene(1).jpeg().toBuffer();
    const root = await folderWith({ 'cut.jpg': jpeg.subarray(0, jpeg.length * part) });
    const failure = decodeImage(join(root, 'cut.jpg'));
    await expect(failure).rejects.toThrow(ImageError);
    await expect(failure).rejects.toThrow(/cut\.jpg: the file is cut short/);
  });

  it.each([
    ['text', 'This is a letter, not a picture.', /its content is not an image/],
    ['nothing', '', /the file is empty/],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /is a svg file/],
  ])('refuses %s in a .jpg', async (_, content, reason) => {
    const root = await folderWith({ 'fake.jpg': content });
    await expect(decodeImage(join(root, 'fake.jpg'))).rejects.toThrow(reason);
  });

  it('refuses a picture of too many pixels and a missing file', async () => {
    const bytes = await flat.clone().png().toBuffer();
    bytes.writeUInt32BE(12_000, 16);
    bytes.writeUInt32BE(9_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    await expect(decodeImage(bytes, 'bomb.png')).rejects.toThrow(
      'Cannot read bomb.png: it has more than 100 million pixels.',
    );
    await expect(decodeImage('/nowhere/x.jpg')).rejects.toThrow(/x\.jpg: there is no such file/);
    await expect(decodeImage(tmpdir())).rejects.toThrow(
      /: the file cannot be opened: the path is a folder\.$/,
    );
  });
});
