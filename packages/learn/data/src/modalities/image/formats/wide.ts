import type { Metadata, Sharp } from 'sharp';
import { ImageError } from '../../../errors.js';

/** A picture with 8 bits a sample, interleaved. */
export interface NarrowPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** The formats of libvips beyond 16 bits, and the value that is white in each. */
const white: Readonly<Record<string, number>> = { uint: 2 ** 32 - 1, float: 1 };

/** Below this share of white every sample rounds to black. */
const darkest = 1 / 512;

export const isWide = ({ depth }: Pick<Metadata, 'depth'>): boolean =>
  depth !== 'uchar' && depth !== 'ushort';

/**
 * Scales a picture of 32-bit samples to 8 bits: unsigned integers over 2^32 - 1, floats from 0 to 1.
 * libvips would cut both to their lowest byte.
 *
 * @param opened upright, at its own depth and in its own colours
 * @param inverted whether 0 is white in floats, which libvips leaves as they are
 * @throws ImageError where the samples are of another range or depth, so that what is white cannot be told
 */
export async function narrowed(
  opened: Sharp,
  { depth, space, channels: stored }: Metadata,
  inverted: boolean,
  name: string,
): Promise<NarrowPixels> {
  const full = white[depth];
  if (full === undefined) throw new ImageError(name, `its samples are of the kind "${depth}", ${unread}`);
  const { data, info } = await opened
    .toColourspace(space)
    .raw({ depth: depth === 'float' ? 'float' : 'uint' })
    .toBuffer({ resolveWithObject: true });
  const channels = info.channels as NarrowPixels['channels'] | 2;
  if (channels !== stored || channels === 2) {
    throw new ImageError(name, `it is grey with transparency and samples of 32 bits, ${unread}`);
  }
  const Numbers = depth === 'float' ? Float32Array : Uint32Array;
  const samples = new Numbers(data.buffer, data.byteOffset, data.byteLength / 4);
  const [least, most] = rangeOf(samples);
  requireRange(least, most, full, name);
  const scale = 255 / full;
  const flip = inverted && depth === 'float';
  const narrow = new Uint8Array(samples.length);
  for (const [i, value] of samples.entries()) narrow[i] = Math.round((flip ? 1 - value : value) * scale);
  return { data: narrow, width: info.width, height: info.height, channels };
}

const unread = 'which is not read; save it with 8 or 16 bits';

/** NaN in both where a sample is no finite number. */
function rangeOf(samples: Float32Array | Uint32Array): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of samples) {
    if (!Number.isFinite(value)) return [NaN, NaN];
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

function requireRange(least: number, most: number, full: number, name: string): void {
  if (Number.isNaN(least)) throw new ImageError(name, 'some of its samples are not finite numbers');
  const shown = (value: number): string => String(Number(value.toPrecision(4)));
  const found = `its samples go from ${shown(least)} to ${shown(most)}`;
  if (least < 0 || most > full) {
    throw new ImageError(
      name,
      `${found}, and floats are read from 0, black, to 1, white; scale them to that, or save it with 8 or 16 bits`,
    );
  }
  if (most > 0 && most < full * darkest) {
    throw new ImageError(
      name,
      `${found} where white is ${full}, so that all of it would be black; save it with 8 bits`,
    );
  }
}
