import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../../../errors.js';
import { scene } from '../../../testing/datasets.js';
import { decodeImage } from './decode.js';
import { tiffOf, type TiffKind } from '../../../testing/tiff.js';

const shade = (x: number, y: number, channel: number): number => (x * 11 + y * 7 + channel * 60) % 256;
const draw = (kind: TiffKind, scale = 1, offset = 0): Uint8Array =>
  tiffOf(20, 10, kind, (x, y, channel) => shade(x, y, channel) * scale + offset);
const pixelsOf = async (bytes: Uint8Array): Promise<number[]> => [
  ...(await decodeImage(bytes, 'x.tif')).data,
];

const rgb = { photometric: 2, channels: 3 };
const grey = { photometric: 1, channels: 1 };

describe('a TIFF with samples of', () => {
  const wanted = Array.from({ length: 20 * 10 * 3 }, (_, i) =>
    shade(Math.floor(i / 3) % 20, Math.floor(i / 60), i % 3),
  );

  it.each([
    ['8 bits', { bits: 8 }, 1],
    ['16 bits', { bits: 16 }, 257],
    ['32 bits', { bits: 32 }, 0x01010101],
    ['floats of 0 to 1', { bits: 32, format: 3 }, 1 / 255],
  ] as const)('%s is the same picture', async (_, kind, scale) => {
    expect(await pixelsOf(draw({ ...kind, ...rgb }, scale))).toEqual(wanted);
    const greys = wanted.map((_, i) => wanted[i - (i % 3)]);
    expect(await pixelsOf(draw({ ...kind, ...grey }, scale))).toEqual(greys);
  });

  it('floats whose white is 0 are turned over', async () => {
    const floats = { bits: 32, format: 3, channels: 1 } as const;
    const turned = await pixelsOf(draw({ ...floats, photometric: 0 }, -1 / 255, 1));
    expect(turned).toEqual(await pixelsOf(draw({ ...floats, photometric: 1 }, 1 / 255)));
  });

  it.each([
    [
      'floats beyond 1',
      { bits: 32, format: 3, ...grey },
      1,
      0,
      /samples go from 0 to 25\d.*floats are read from 0/,
    ],
    ['negative floats', { bits: 32, format: 3, ...grey }, 1 / 255, -0.5, /samples go from -0.5/],
    ['no numbers', { bits: 32, format: 3, ...grey }, NaN, 0, /not finite/],
    ['doubles', { bits: 64, format: 3, ...grey }, 1 / 255, 0, /a TIFF of 64-bit floats/],
    ['signed bytes', { bits: 8, format: 2, ...rgb }, 1, -128, /a TIFF of 8-bit signed integers/],
    ['signed integers', { bits: 16, format: 2, ...grey }, 100, -5000, /a TIFF of 16-bit signed integers/],
    ['small numbers in 32 bits', { bits: 32, ...grey }, 1, 0, /all of it would be black/],
    ['CIELAB', { bits: 8, photometric: 8, channels: 3 }, 1, 0, /a TIFF whose colours are CIELAB/],
    ['CMYK in floats', { bits: 32, format: 3, photometric: 5, channels: 4 }, 1 / 255, 0, /CMYK with 32 bits/],
    ['five channels', { bits: 8, photometric: 1, channels: 5, extra: [0, 0, 0, 0] }, 1, 0, /with 5 channels/],
    ['infrared', { bits: 8, photometric: 2, channels: 4, extra: [0] }, 1, 0, /last of which is not said/],
    ['three greys', { bits: 8, photometric: 1, channels: 3 }, 1, 0, /with 3 channels/],
  ] as const)('%s is refused by name', async (_, kind, scale, offset, reason) => {
    const failure = decodeImage(draw(kind, scale, offset), 'x.tif');
    await expect(failure).rejects.toThrow(ImageError);
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.not.toThrow(/vips|linear:|colourspace/);
  });

  it('lays transparency that is named as such on white, whatever the depth', async () => {
    const alpha = (white: number) => (x: number, y: number, channel: number) =>
      channel === 3 ? white / 2 : (shade(x, y, channel) * white) / 255;
    const kind = { photometric: 2, channels: 4, extra: [2] };
    const [first = 0] = await pixelsOf(tiffOf(20, 10, { ...kind, bits: 8 }, alpha(255)));
    const [other = 0] = await pixelsOf(tiffOf(20, 10, { ...kind, bits: 32, format: 3 }, alpha(1)));
    expect(Math.abs(first - 128)).toBeLessThanOrEqual(1);
    expect(Math.abs(other - 128)).toBeLessThanOrEqual(1);
  });
});

it('whatever is cut or changed in a file, the reason is one of ours', async () => {
  const files = await Promise.all([
    scene(1).jpeg().toBuffer(),
    scene(1).png().toBuffer(),
    scene(1).webp().toBuffer(),
    scene(1).tiff().toBuffer(),
    scene(1).gif().toBuffer(),
    draw({ bits: 32, format: 3, ...rgb }, 1 / 255),
  ]);
  const ours =
    /: (the file is (empty|cut short or damaged)|its content is not an image|it is a|its samples|some of its samples|it has more than)/;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
      async (file, part, changes) => {
        const bytes = Buffer.from(file.subarray(0, Math.ceil(file.length * part)));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const error: unknown = await decodeImage(bytes, 'x').then(
          () => null,
          (failure: unknown) => failure,
        );
        if (error === null) return;
        expect(error).toBeInstanceOf(ImageError);
        expect((error as ImageError).message).toMatch(ours);
      },
    ),
    { numRuns: 150 },
  );
});

it('pictures in other formats are named, with what to do', async () => {
  const box = (brand: string): Buffer => Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0${brand}mif1`, 'latin1');
  const reason = async (bytes: Uint8Array): Promise<string> =>
    decodeImage(bytes, 'x.jpg').then(
      () => '',
      (error: unknown) => (error as ImageError).reason,
    );
  expect(await reason(box('heic'))).toBe('it is an HEIC picture, which is not read; save it as JPEG or PNG');
  expect(await reason(Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1'))).toMatch(/a JPEG 2000 picture/);
  expect(await reason(Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'))).toMatch(
    /a Git LFS pointer.*"git lfs pull"/,
  );
  expect(await reason(Buffer.from('<!DOCTYPE html><html></html>'))).toMatch(/a web page.*download/);
  expect(await reason(Buffer.from('%PDF-1.7'))).toBe('it is a PDF document and not an image');
});

it('names do not matter: a PNG called .jpg is read', async () => {
  const bytes = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#804020' } })
    .png()
    .toBuffer();
  expect((await decodeImage(bytes, 'x.jpg')).width).toBe(3);
});
