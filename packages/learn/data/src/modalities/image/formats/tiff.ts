/** How the numbers of a TIFF's first page are stored. */
export interface TiffSamples {
  /** Tag 262, PhotometricInterpretation. */
  readonly photometric: number;
  /** Tag 258 of the first channel. */
  readonly bits: number;
  /** Tag 339: 1 unsigned, 2 signed, 3 floats, 4 untold, 5 and 6 complex. */
  readonly format: number;
  readonly channels: number;
  /** Tag 338, one number a channel beyond the colours: 1 and 2 are transparency. */
  readonly extra: readonly number[];
  /** Tag 259. */
  readonly compression: number;
}

/** Bytes of a value by its type (TIFF 6.0, section 2): 1 byte, 3 short, 4 long, 16 BigTIFF's long. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** Extra channels are told of up to here; a picture has a handful. */
const mostValues = 64;

type Tags = ReadonlyMap<number, readonly number[]>;

/**
 * Reads the tags that say what the numbers of the first page of a TIFF (6.0, or BigTIFF) mean.
 *
 * @returns null where the bytes are no TIFF, or its directory is cut or damaged
 */
export function readTiffSamples(bytes: Uint8Array): TiffSamples | null {
  try {
    const tags = readTags(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (tags === null) return null;
    const first = (tag: number, otherwise: number): number => tags.get(tag)?.[0] ?? otherwise;
    return {
      photometric: first(262, 1),
      bits: first(258, 1),
      format: first(339, 1),
      channels: first(277, 1),
      extra: tags.get(338) ?? [],
      compression: first(259, 1),
    };
  } catch (error) {
    if (error instanceof RangeError) return null; // An offset beyond the end.
    throw error;
  }
}

function readTags(view: DataView): Tags | null {
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const little = order === 0x4949;
  const version = view.getUint16(2, little);
  if (version !== 42 && version !== 43) return null;
  const big = version === 43;
  const long = (at: number): number =>
    big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  const directory = long(big ? 8 : 4);
  const count = big ? long(directory) : view.getUint16(directory, little);
  const entryLength = big ? 20 : 12;
  const tags = new Map<number, readonly number[]>();
  for (let i = 0; i < Math.min(count, 1000); i++) {
    const at = directory + (big ? 8 : 2) + i * entryLength;
    const size = sizes[view.getUint16(at + 2, little)];
    if (size === undefined) continue;
    const values = Math.min(mostValues, long(at + 4));
    const field = at + (big ? 12 : 8);
    const start = values * size <= (big ? 8 : 4) ? field : long(field);
    tags.set(
      view.getUint16(at, little),
      Array.from({ length: values }, (_, k) => numberAt(view, start + k * size, size, little)),
    );
  }
  return tags;
}

function numberAt(view: DataView, at: number, size: number, little: boolean): number {
  switch (size) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, little);
    case 4:
      return view.getUint32(at, little);
    default:
      return Number(view.getBigUint64(at, little));
  }
}
