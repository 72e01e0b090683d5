import { expect, it } from 'vitest';
import { noise, runPart } from '../testing/run.js';
import { colourHistograms, COLOUR_BINS, meanColours, opponentColours } from './colours.js';

const SIZE = 64;
const AXES = 3;
const WIDTH = 5 * AXES * COLOUR_BINS;

const histograms = (picture: Float32Array): Promise<number[]> =>
  runPart([3, SIZE, SIZE], picture, WIDTH, (graph, x) =>
    colourHistograms(graph, opponentColours(graph, x), SIZE),
  );

/** Shares of the bins of one axis, over the whole picture or in a quarter. */
function shares(roots: readonly number[], axis: number, quarter: number | null): number[] {
  const whole = AXES * COLOUR_BINS;
  return Array.from({ length: COLOUR_BINS }, (_, bin) => {
    const place = axis * COLOUR_BINS + bin;
    return (roots[quarter === null ? place : whole + 4 * place + quarter] as number) ** 2;
  });
}

it('shares out each pixel once, on every axis of every cell', async () => {
  const roots = await histograms(noise(3 * SIZE * SIZE));
  for (const quarter of [null, 0, 1, 2, 3]) {
    for (let axis = 0; axis < AXES; axis++) {
      expect(shares(roots, axis, quarter).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
    }
  }
});

it('puts red where red is', async () => {
  const picture = new Float32Array(3 * SIZE * SIZE);
  const left = picture.map((_, i) => (i < SIZE * SIZE && i % SIZE < SIZE / 2 ? 1 : 0));
  const roots = await histograms(left);
  expect(shares(roots, 1, 0)[7]).toBeCloseTo(1, 4);
  expect(shares(roots, 1, 1)[7]).toBeCloseTo(0, 4);
  expect(shares(roots, 1, null)[7]).toBeCloseTo(0.5, 4);
  // A brightness of a third lies between bins 2 and 3, nearer to 2.
  expect(shares(roots, 0, 2)[2]).toBeCloseTo(2 / 3, 4);
  expect(shares(roots, 0, 2)[3]).toBeCloseTo(1 / 3, 4);
  const thumbnail = await runPart([3, SIZE, SIZE], left, 48, (graph, x) => meanColours(graph, x, 16));
  expect(thumbnail.slice(0, 4)).toEqual([1, 1, 0, 0]);
});
