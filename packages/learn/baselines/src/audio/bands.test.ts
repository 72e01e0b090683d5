import { expect, it } from 'vitest';
import { runPart } from '../testing/run.js';
import { BAND_FEATURES, bandStatistics } from './bands.js';
import { loudness } from './time.js';

const [frames, bands] = [60, 64];

const statistics = (value: (frame: number, band: number) => number): Promise<number[]> => {
  const recording = Float32Array.from({ length: frames * bands }, (_, i) =>
    value(Math.floor(i / bands), i % bands),
  );
  return runPart([frames, bands], recording, BAND_FEATURES, (graph, x) =>
    bandStatistics(graph, x, loudness(graph, x), bands),
  );
};

/** Largest of a group's bands: statistic 0 is the contrast, 8 the change within 8 frames. */
const largest = (values: readonly number[], statistic: number, group: number): number =>
  values[80 + statistic * 8 + group] as number;

it('finds a steady tone in its group of bands, whichever band of the group it is', async () => {
  const low = await statistics((_, band) => (band === 27 ? 8 : 3));
  const high = await statistics((_, band) => (band === 29 ? 8 : 3));
  // Five more than its four neighbours.
  expect(largest(low, 0, 3)).toBeCloseTo(4, 4);
  expect(largest(high, 0, 3)).toBeCloseTo(4, 4);
  expect(largest(low, 0, 6)).toBeCloseTo(0, 4);
  expect(largest(low, 8, 3)).toBeCloseTo(0, 4);
});

it('finds what comes and goes, and no contrast in what all bands do', async () => {
  const throbbing = await statistics((frame) => (frame % 16 < 8 ? 2 : 6));
  expect(largest(throbbing, 8, 3)).toBeCloseTo(4, 4);
  expect(largest(throbbing, 0, 3)).toBeCloseTo(0, 4);
});
