import { readFile } from 'node:fs/promises';
import { kindOfBytes, type FileKind } from '@espalier/base/files';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { ImageError } from '../../../errors.js';
import { otherKind } from '../../../checks/otherKind.js';
import { unopened } from '../../../checks/unopened.js';
import { decodeBmp } from './bmp.js';
import { readTiffSamples } from './tiff.js';
import { requireReadableTiff } from './tiffKinds.js';
import { isWide, narrowed } from './wide.js';

// Many small images at once keep the cores busy; threads inside one image only add overhead.
sharp.concurrency(1);
// libvips caches by path: a file replaced while we run would come back as it was.
sharp.cache(false);

/** Larger pictures are refused before they are unpacked (100 megapixels are 300 MB as RGB). */
const maxPixels = 100_000_000;
/** The same for samples of 32 bits, and for what is decoded in JavaScript. */
const maxWidePixels = 25_000_000;

const read: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'heif', 'bmp']);

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface OpenImage {
  readonly pipeline: Sharp;
  /** In pixels, after the EXIF orientation is applied. */
  readonly size: Size;
}

const damaged = 'the file is cut short or damaged';

/**
 * Opens an image as 8-bit sRGB: upright, alpha over white, colour profiles and CMYK converted, samples of
 * 32 bits scaled. Only the header is read until the pipeline runs, but for bitmaps and samples of 32 bits.
 *
 * What is wrong is told by the file's own bytes, and never by what libvips says: it has one error text for
 * all threads.
 */
export async function openImage(bytes: Uint8Array, name: string): Promise<OpenImage> {
  return namingImage(name, async () => {
    const kind = imageKind(bytes, name);
    if (kind.id === 'bmp') return opened(decodeBmp(bytes, maxWidePixels, name));
    const samples = kind.id === 'tiff' ? readTiffSamples(bytes) : null;
    if (samples !== null) requireReadableTiff(samples, name);
    const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
    requireReadable(metadata, name);
    const pipeline = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels }).autoOrient();
    if (isWide(metadata)) return opened(await narrowed(pipeline, metadata, samples?.photometric === 0, name));
    return { pipeline: flattened(pipeline), size: metadata.autoOrient };
  });
}

const flattened = (pipeline: Sharp): Sharp =>
  pipeline.flatten({ background: '#ffffff' }).toColourspace('srgb');

function opened(pixels: Size & { readonly data: Uint8Array; readonly channels: 1 | 3 | 4 }): OpenImage {
  const { data, width, height, channels } = pixels;
  return { pipeline: flattened(sharp(data, { raw: { width, height, channels } })), size: { width, height } };
}

/** @throws ImageError where the first bytes are none of a picture that is read */
function imageKind(bytes: Uint8Array, name: string): FileKind {
  if (bytes.length === 0) throw new ImageError(name, 'the file is empty');
  const kind = kindOfBytes(bytes);
  if (kind === null) throw new ImageError(name, 'its content is not an image');
  if (!read.has(kind.id)) throw new ImageError(name, otherKind(kind, 'image'));
  return kind;
}

function requireReadable(metadata: Metadata, name: string): void {
  const { format, compression, width, height } = metadata;
  if (format === 'heif' && compression !== 'av1') {
    const heic = { id: 'heic', group: 'picture', name: 'an HEIC picture' } as const;
    throw new ImageError(name, otherKind(heic, 'image'));
  }
  const most = isWide(metadata) ? maxWidePixels : maxPixels;
  if (width * height > most) throw new ImageError(name, `it has more than ${most / 1e6} million pixels`);
}

/** Bytes of a path or a buffer. @throws ImageError where the file cannot be read. */
export async function imageBytes(input: string | Uint8Array, name: string): Promise<Uint8Array> {
  if (typeof input !== 'string') return input;
  try {
    return await readFile(input);
  } catch (error) {
    throw new ImageError(name, unopened(error), { cause: error });
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
    // Ours, and mistakes of the program.
    if (error instanceof ImageError || error instanceof TypeError || error instanceof RangeError) throw error;
    throw new ImageError(name, damaged, { cause: error });
  }
}
