import { expect, it } from 'vitest';
import { runPart } from '../testing/run.js';
import { BLOB_FEATURES, blobStatistics } from './blobs.js';

const SIZE = 64;

/** A spot of 4 x 4 pixels of a brightness, on grey. */
const spot = (left: number, top: number, brightness: number): Float32Array =>
  Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => {
    const [x, y] = [(i % SIZE) - left, (Math.floor(i / SIZE) % SIZE) - top];
    return x >= 0 && x < 4 && y >= 0 && y < 4 ? brightness : 0.5;
  });

const statistics = (picture: Float32Array): Promise<number[]> =>
  runPart([3, SIZE, SIZE], picture, BLOB_FEATURES, blobStatistics);

/** Largest response of a band of size in the first channel; the brighter ones come first. */
const peak = (values: readonly number[], band: number, sign: 'above' | 'below'): number =>
  Math.exp(values[(sign === 'above' ? 0 : 12) + band * 3] as number) - 0.01;

it('sees a spot wherever it is, and whether it is brighter or darker', async () => {
  const bright = await statistics(spot(26, 26, 0.9));
  const moved = await statistics(spot(34, 18, 0.9));
  for (const band of [0, 1, 2])
    expect(peak(moved, band, 'above')).toBeCloseTo(peak(bright, band, 'above'), 4);
  const dark = await statistics(spot(26, 26, 0.1));
  for (const band of [0, 1, 2, 3]) {
    expect(peak(dark, band, 'below')).toBeCloseTo(peak(bright, band, 'above'), 4);
    expect(peak(dark, band, 'above')).toBeLessThan(0.5 * peak(dark, band, 'below'));
  }
});

it('sees nothing in one colour', async () => {
  const values = await statistics(new Float32Array(3 * SIZE * SIZE).fill(0.7));
  for (const value of values) expect(value).toBeCloseTo(Math.log(0.01), 2);
});
