import { ImageError } from '../../../errors.js';
import type { TiffSamples } from './tiff.js';

/** Channels of the colours by PhotometricInterpretation: both greys, RGB, palette, CMYK and YCbCr. */
const colourChannels: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3 };

const otherColours: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  8: 'CIELAB',
  9: 'ICCLAB',
  10: 'ITULAB',
  32803: "a camera's colour filter (raw)",
  32844: 'LogL',
  32845: 'LogLuv',
  34892: "a camera's linear raw",
};

/** Compressions that libvips is built without. */
const otherCompressions: Readonly<Record<number, string>> = {
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34661: 'JBIG',
  34676: 'LogLuv',
  34677: 'LogLuv',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50002: 'JPEG XL',
};

/** Bits that are read, by SampleFormat; a file that does not tell its format holds unsigned integers. */
const readable: Readonly<Record<number, readonly number[]>> = {
  1: [1, 2, 4, 8, 16, 32],
  3: [32],
  4: [1, 2, 4, 8, 16, 32],
};

const formatNames: Readonly<Record<number, string>> = {
  1: 'unsigned integers',
  2: 'signed integers',
  3: 'floats',
  4: 'numbers of an untold kind',
  5: 'complex integers',
  6: 'complex floats',
};

const advice = 'save it as grey or RGB with 8 or 16 bits';

/** @throws ImageError where the numbers of a TIFF have no meaning that is sure, or cannot be decoded */
export function requireReadableTiff(samples: TiffSamples, name: string): void {
  const reason = reasonAgainst(samples);
  if (reason !== null) throw new ImageError(name, `it is a TIFF ${reason}; ${advice}`);
}

function reasonAgainst({
  photometric,
  bits,
  format,
  channels,
  extra,
  compression,
}: TiffSamples): string | null {
  const packed = otherCompressions[compression];
  if (packed !== undefined) return `compressed with ${packed}, which is not read`;
  const colours = colourChannels[photometric];
  if (colours === undefined) {
    return `whose colours are ${otherColours[photometric] ?? `of kind ${photometric}`}, which is not read`;
  }
  if (!readable[format]?.includes(bits)) {
    const limits = format === 2 ? 'for which no number is black or white' : 'which are not read';
    return `of ${bits}-bit ${formatNames[format] ?? `numbers of format ${format}`}, ${limits}`;
  }
  if (bits === 32 && photometric === 5) return 'in CMYK with 32 bits, which is not read';
  return channelReason(channels, colours, extra);
}

/** One channel beyond the colours may be there, where the file says that it is transparency. */
function channelReason(channels: number, colours: number, extra: readonly number[]): string | null {
  if (channels === colours) return null;
  const beyond = channels - colours;
  if (beyond === 1 && (extra[0] === 1 || extra[0] === 2)) return null;
  if (beyond === 1) {
    return `with ${channels} channels, the last of which is not said to be transparency`;
  }
  return `with ${channels} channel${channels === 1 ? '' : 's'}, where its colours have ${colours}`;
}
