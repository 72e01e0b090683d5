/** How the samples of a TIFF for tests are stored. */
export interface TiffKind {
  readonly bits: 8 | 16 | 32 | 64;
  /** SampleFormat: 1 unsigned, 2 signed, 3 floats. */
  readonly format?: 1 | 2 | 3;
  /** PhotometricInterpretation: 1 grey, 2 RGB, 5 CMYK, 8 CIELAB. */
  readonly photometric: number;
  readonly channels: number;
  /** ExtraSamples. */
  readonly extra?: readonly number[];
}

/** An uncompressed little-endian TIFF of one strip, whose samples are `sample(x, y, channel)`. */
export function tiffOf(
  width: number,
  height: number,
  { bits, format = 1, photometric, channels, extra = [] }: TiffKind,
  sample: (x: number, y: number, channel: number) => number,
): Uint8Array {
  const start = 1024;
  const size = bits / 8;
  const bytes = Buffer.alloc(start + width * height * channels * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes.write('II*\0', 'latin1');
  view.setUint32(4, 8, true);
  let lists = 512;
  const entry = (
    tag: number,
    values: readonly number[],
    type: 3 | 4 = 3,
  ): readonly [number, number[], 3 | 4] => [tag, [...values], type];
  const entries = [
    entry(256, [width], 4),
    entry(257, [height], 4),
    entry(258, new Array<number>(channels).fill(bits)),
    entry(259, [1]),
    entry(262, [photometric]),
    entry(273, [start], 4),
    entry(277, [channels]),
    entry(278, [height], 4),
    entry(279, [width * height * channels * size], 4),
    entry(284, [1]),
    ...(extra.length === 0 ? [] : [entry(338, extra)]),
    entry(339, new Array<number>(channels).fill(format)),
  ];
  view.setUint16(8, entries.length, true);
  entries.forEach(([tag, values, type], i) => {
    const at = 10 + i * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    const width = type === 3 ? 2 : 4;
    const place = values.length * width <= 4 ? at + 8 : lists;
    if (place === lists) {
      view.setUint32(at + 8, lists, true);
      lists += values.length * width;
    }
    values.forEach((value, k) =>
      width === 2 ? view.setUint16(place + k * 2, value, true) : view.setUint32(place + k * 4, value, true),
    );
  });
  for (let i = 0; i < width * height * channels; i++) {
    const pixel = Math.floor(i / channels);
    const value = sample(pixel % width, Math.floor(pixel / width), i % channels);
    put(view, start + i * size, bits, format, value);
  }
  return bytes;
}

function put(view: DataView, at: number, bits: TiffKind['bits'], format: number, value: number): void {
  if (format === 3 && bits === 64) view.setFloat64(at, value, true);
  else if (format === 3) view.setFloat32(at, value, true);
  else if (bits === 8) view.setUint8(at, value & 255);
  else if (bits === 16) view.setUint16(at, value & 65535, true);
  else if (bits === 32) view.setUint32(at, value, true);
  else view.setBigUint64(at, BigInt(value), true);
}
