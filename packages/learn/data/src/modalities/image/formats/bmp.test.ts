import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBmp } from './bmp.js';

interface Parts {
  readonly width: number;
  /** Negative where the first row is the top one. */
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  readonly masks?: readonly number[];
  readonly palette?: readonly (readonly [number, number, number])[];
  readonly body: readonly number[];
}

/** A bitmap with a BITMAPINFOHEADER. */
function bmpOf({ width, height, bits, compression = 0, masks = [], palette = [], body }: Parts): Buffer {
  const start = 54 + masks.length * 4 + palette.length * 4;
  const bytes = Buffer.alloc(start + body.length);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(start, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(bits, 28);
  bytes.writeUInt32LE(compression, 30);
  masks.forEach((mask, i) => bytes.writeUInt32LE(mask, 54 + i * 4));
  palette.forEach(([r, g, b], i) => bytes.set([b, g, r, 0], 54 + masks.length * 4 + i * 4));
  bytes.set(body, start);
  return bytes;
}

const padded = (row: readonly number[]): number[] => [...row, ...new Array<number>(-row.length & 3).fill(0)];
const decoded = (parts: Parts): number[] => [...decodeBmp(bmpOf(parts), 1000, 'x.bmp').data];
const opaque = (pixels: readonly (readonly number[])[]): number[] =>
  pixels.flatMap((pixel) => [...pixel, 255]);

const byte = fc.nat(255);
const picture = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 5 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      rows: fc.array(fc.array(fc.tuple(byte, byte, byte), { minLength: width, maxLength: width }), {
        minLength: height,
        maxLength: height,
      }),
    }),
  );

describe('a bitmap', () => {
  it('of 24 and 32 bits comes back as it was, from the top or from the bottom', () => {
    fc.assert(
      fc.property(picture, fc.boolean(), ({ width, rows }, topDown) => {
        const stored = topDown ? rows : rows.toReversed();
        const height = topDown ? -rows.length : rows.length;
        const body24 = stored.flatMap((row) => padded(row.flatMap(([r, g, b]) => [b, g, r])));
        const body32 = stored.flatMap((row) => row.flatMap(([r, g, b]) => [r, g, b, 7]));
        const masks = [0xff, 0xff00, 0xff0000];
        expect(decoded({ width, height, bits: 24, body: body24 })).toEqual(opaque(rows.flat()));
        expect(decoded({ width, height, bits: 32, compression: 3, masks, body: body32 })).toEqual(
          opaque(rows.flat()),
        );
      }),
    );
  });

  const palette = Array.from({ length: 16 }, (_, i) => [i * 3, i * 5, i * 7] as const);
  const wanted = [[1, 2, 3, 4, 5].map((i) => palette[i] as readonly number[])].flat();

  it('of few bits has the colours of its palette', () => {
    const common = { width: 5, height: 1, palette };
    expect(decoded({ ...common, bits: 8, body: padded([1, 2, 3, 4, 5]) })).toEqual(opaque(wanted));
    expect(decoded({ ...common, bits: 4, body: padded([0x12, 0x34, 0x50]) })).toEqual(opaque(wanted));
    const two = [
      palette[0],
      palette[1],
      palette[1],
      palette[0],
      palette[1],
    ] as readonly (readonly number[])[];
    expect(decoded({ ...common, bits: 1, body: padded([0b01101000]) })).toEqual(opaque(two));
  });

  it('of runs is unpacked, skips included', () => {
    // A run of two, three as they stand, the end of the line; then one to the right and a run of four.
    const body = [2, 9, 0, 3, 1, 2, 3, 0, 0, 0, 0, 2, 1, 0, 4, 6, 0, 1];
    const indexes = [0, 6, 6, 6, 6, 9, 9, 1, 2, 3];
    expect(decoded({ width: 5, height: 2, bits: 8, compression: 1, palette, body })).toEqual(
      opaque(indexes.map((i) => palette[i] as readonly number[])),
    );
  });

  it('of 16 bits uses all of the range', () => {
    const body = [0xff, 0x7f, 0, 0];
    expect(decoded({ width: 1, height: 1, bits: 16, body })).toEqual([255, 255, 255, 255]);
  });

  it.each([
    [{ width: 2000, height: 2000, bits: 24, body: [] }, /more than 0.001 million pixels/],
    [{ width: 5, height: 5, bits: 24, body: [1, 2, 3] }, /cut short/],
    [{ width: 5, height: 5, bits: 8, compression: 1, palette, body: [5, 1] }, /cut short/],
    [{ width: 5, height: 5, bits: 24, compression: 4, body: [] }, /rare kind \(24 bits, compression 4\)/],
    [{ width: -5, height: 5, bits: 24, body: [] }, /it has no pixels/],
  ])('that cannot be read is refused: %j', (parts, reason) => {
    expect(() => decoded(parts)).toThrow(reason);
  });
});
