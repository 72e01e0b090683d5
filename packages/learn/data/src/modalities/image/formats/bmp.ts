import { ImageError } from '../../../errors.js';

// Our own: the decoders of npm refuse headers and compressions in common use, or mix up the channels.

/** A decoded bitmap, 8 bits a sample, interleaved RGB and transparency. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly channels: 4;
  readonly data: Uint8Array;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Place of the pixels in the file. */
  readonly start: number;
  /** Red, green, blue, alpha; of 16 and 32 bits. */
  readonly masks: readonly [number, number, number, number];
  /** Blue, green, red and nothing, or without the nothing, of each colour of up to 8 bits. */
  readonly palette: Uint8Array;
  readonly paletteStride: 3 | 4;
}

/** BITMAPINFOHEADER's biCompression. */
const [RGB, RLE8, RLE4, FIELDS, ALPHA_FIELDS] = [0, 1, 2, 3, 6];

const masks16 = [0x7c00, 0x03e0, 0x001f, 0] as const;
const masks32 = [0x00ff0000, 0x0000ff00, 0x000000ff, 0] as const;

/**
 * Decodes a Windows or OS/2 bitmap (Microsoft, Bitmap Storage): 1, 4 and 8 bits with a palette, plain or
 * run-length encoded; 16, 24 and 32 bits, plain or with masks. Transparency counts where a mask names it
 * and some of it is not 0: programs that do not know it write zeros.
 *
 * @throws ImageError where it is cut short, larger than `mostPixels`, or of another kind
 */
export function decodeBmp(bytes: Uint8Array, mostPixels: number, name: string): Bitmap {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const header = readHeader(view, bytes, name);
    const { width, height } = header;
    if (width * height > mostPixels) {
      throw new ImageError(name, `it has more than ${mostPixels / 1e6} million pixels`);
    }
    const packed = header.compression === RLE8 || header.compression === RLE4;
    if (!packed && header.start + rowLength(header) * height > bytes.length) throw cut(name);
    const data = new Uint8Array(width * height * 4);
    if (packed) paint(header, unpack(header, bytes), data);
    else if (header.bits <= 8) paint(header, indexes(header, bytes), data);
    else paintColours(header, view, data);
    return { width, height, channels: 4, data };
  } catch (error) {
    if (error instanceof RangeError) throw cut(name);
    throw error;
  }
}

const cut = (name: string): ImageError => new ImageError(name, 'the file is cut short or damaged');

/** Rows are filled up to 4 bytes. */
const rowLength = ({ width, bits }: Header): number => Math.ceil((width * bits) / 32) * 4;

function readHeader(view: DataView, bytes: Uint8Array, name: string): Header {
  const size = view.getUint32(14, true);
  const core = size === 12;
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const rows = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core ? RGB : view.getUint32(30, true);
  if (width <= 0 || rows === 0) throw new ImageError(name, 'its header is wrong: it has no pixels');
  if (!isKnown(bits, compression as number)) {
    throw new ImageError(
      name,
      `it is a BMP of a rare kind (${bits} bits, compression ${compression}), which is not read; save it as PNG`,
    );
  }
  const start = view.getUint32(10, true);
  // The masks stand behind the smallest header, and inside of the larger ones: in both at this place.
  const withMasks = compression === FIELDS || compression === ALPHA_FIELDS;
  const behind = withMasks && size === 40 ? (compression === FIELDS ? 12 : 16) : 0;
  const paletteStride = core ? 3 : 4;
  const paletteStart = 14 + size + behind;
  return {
    width,
    height: Math.abs(rows),
    topDown: rows < 0,
    bits,
    compression: compression as number,
    start,
    masks: withMasks
      ? masksAt(view, size >= 56 || compression === ALPHA_FIELDS)
      : bits === 16
        ? masks16
        : masks32,
    palette: bytes.subarray(
      paletteStart,
      Math.max(paletteStart, Math.min(start, paletteStart + 256 * paletteStride)),
    ),
    paletteStride,
  };
}

function isKnown(bits: number, compression: number): boolean {
  if (compression === RGB) return [1, 4, 8, 16, 24, 32].includes(bits);
  if (compression === RLE8) return bits === 8;
  if (compression === RLE4) return bits === 4;
  return (compression === FIELDS || compression === ALPHA_FIELDS) && (bits === 16 || bits === 32);
}

const masksAt = (view: DataView, withAlpha: boolean): Header['masks'] => [
  view.getUint32(54, true),
  view.getUint32(58, true),
  view.getUint32(62, true),
  withAlpha ? view.getUint32(66, true) : 0,
];

/** Where a row of the picture, counted from its top, stands in the file, counted from the start. */
const rowOf = ({ height, topDown }: Header, y: number): number => (topDown ? y : height - 1 - y);

/** Colour numbers of a plain bitmap, from the top. */
function indexes(header: Header, bytes: Uint8Array): Uint8Array {
  const { width, height, bits, start } = header;
  const result = new Uint8Array(width * height);
  const perByte = 8 / bits;
  const most = 2 ** bits - 1;
  for (let y = 0; y < height; y++) {
    const row = start + rowOf(header, y) * rowLength(header);
    for (let x = 0; x < width; x++) {
      const byte = bytes[row + Math.floor(x / perByte)] ?? 0;
      result[y * width + x] = (byte >> (8 - bits - (x % perByte) * bits)) & most;
    }
  }
  return result;
}

/** Colour numbers of a run-length encoded bitmap, from the top; what is skipped has colour 0. */
function unpack(header: Header, bytes: Uint8Array): Uint8Array {
  const { width, height, bits } = header;
  const result = new Uint8Array(width * height);
  let [at, x, row] = [header.start, 0, 0];
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError('the runs end early');
    return byte;
  };
  const put = (index: number): void => {
    if (x < width && row < height) result[rowOf(header, row) * width + x] = index;
    x++;
  };
  const nibble = (byte: number, i: number): number =>
    bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15;
  while (row < height) {
    const [count, value] = [next(), next()];
    if (count > 0) for (let i = 0; i < count; i++) put(nibble(value, i));
    else if (value === 0) [x, row] = [0, row + 1];
    else if (value === 1) break;
    else if (value === 2) [x, row] = [x + next(), row + next()];
    else {
      const length = bits === 8 ? value : Math.ceil(value / 2);
      let byte = 0;
      for (let i = 0; i < value; i++) {
        if (bits === 8 || i % 2 === 0) byte = next();
        put(nibble(byte, i));
      }
      if (length % 2 === 1) next(); // Filled up to two bytes.
    }
  }
  return result;
}

function paint({ palette, paletteStride }: Header, colours: Uint8Array, data: Uint8Array): void {
  for (const [i, colour] of colours.entries()) {
    const at = colour * paletteStride;
    data[i * 4] = palette[at + 2] ?? 0;
    data[i * 4 + 1] = palette[at + 1] ?? 0;
    data[i * 4 + 2] = palette[at] ?? 0;
    data[i * 4 + 3] = 255;
  }
}

function paintColours(header: Header, view: DataView, data: Uint8Array): void {
  const { width, height, bits, start, masks } = header;
  const bytes = bits / 8;
  const scales = masks.map(fieldOf);
  let opaque = true;
  for (let y = 0; y < height; y++) {
    let at = start + rowOf(header, y) * rowLength(header);
    for (let to = y * width * 4; to < (y + 1) * width * 4; to += 4, at += bytes) {
      const value = numberAt(view, at, bytes);
      for (const [channel, { shift, most }] of scales.entries()) {
        data[to + channel] = most === 0 ? 255 : Math.round((((value >>> shift) & most) * 255) / most);
      }
      if (masks[3] !== 0 && data[to + 3] !== 0) opaque = false;
    }
  }
  if (opaque) for (let at = 3; at < data.length; at += 4) data[at] = 255;
}

function numberAt(view: DataView, at: number, bytes: number): number {
  if (bytes === 2) return view.getUint16(at, true);
  if (bytes === 4) return view.getUint32(at, true);
  return view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + 2) << 16);
}

/** Where the bits of a mask begin, and the largest number they hold. */
function fieldOf(mask: number): { readonly shift: number; readonly most: number } {
  if (mask === 0) return { shift: 0, most: 0 };
  const shift = 31 - Math.clz32(mask & -mask);
  return { shift, most: mask >>> shift };
}
