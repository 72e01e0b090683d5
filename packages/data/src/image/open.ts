import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { ImageError } from '../errors.js';

// Many small images at once keep the cores busy; threads inside one image only add overhead.
sharp.concurrency(1);
// libvips caches by path: a file replaced while we run would come back as it was.
sharp.cache(false);

/** Larger pictures are refused before they are unpacked (100 megapixels are 300 MB as RGB). */
const maxPixels = 100_000_000;

const photographFormats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']);

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface OpenImage {
  readonly pipeline: Sharp;
  /** In pixels, after the EXIF orientation is applied. */
  readonly size: Size;
}

/**
 * Opens an image as 8-bit sRGB: upright, alpha over white, colour profiles and CMYK converted.
 * Only the header is read until the pipeline runs.
 */
export async function openImage(bytes: Uint8Array, name: string): Promise<OpenImage> {
  const input = { failOn: 'error', limitInputPixels: maxPixels } as const;
  return namingImage(name, async () => {
    const { format, autoOrient } = await sharp(bytes, input).metadata();
    if (!photographFormats.has(format)) throw new ImageError(name, `it is a ${format} file`);
    const pipeline = sharp(bytes, input)
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb');
    return { pipeline, size: autoOrient };
  });
}

/** Bytes of a path or a buffer. @throws ImageError where the file cannot be read. */
export async function imageBytes(input: string | Uint8Array, name: string): Promise<Uint8Array> {
  if (typeof input !== 'string') return input;
  try {
    return await readFile(input);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new ImageError(name, missing ? 'there is no such file' : reasonOf(error), {
      cause: error,
    });
  }
}

export function nameOf(input: string | Uint8Array): string {
  return typeof input === 'string' ? input : 'the given image';
}

/** Runs work on an image and turns what libvips reports into an ImageError that names it. */
export async function namingImage<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError(name, reasonOf(error), { cause: error });
  }
}

// "Unknown error": libvips has one error text for all threads, and another image took it.
const reasons: readonly (readonly [RegExp, string])[] = [
  [/is empty/i, 'the file is empty'],
  [
    /premature end|unknown error|unexpected end|read error|out of order read/i,
    'the file is cut short or damaged',
  ],
  [/unsupported image format/i, 'its content is not an image'],
  [/pixel limit/i, `it has more than ${maxPixels / 1e6} million pixels`],
];

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const known = reasons.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? (message.split('\n')[0] ?? '').replace(/\.$/, '');
}
