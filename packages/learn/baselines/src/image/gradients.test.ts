import { expect, it } from 'vitest';
import { runPart } from '../testing/run.js';
import { gradientHistograms, ORIENTATIONS } from './gradients.js';

const SIZE = 64;
const CELLS = 49;

/** Grey stripes across a direction, in degrees from right to down. */
function stripes(degrees: number): Float32Array {
  const [x, y] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => {
    const place = (i % SIZE) * x + (Math.floor(i / SIZE) % SIZE) * y;
    return 0.5 + 0.3 * Math.sin(place / 2);
  });
}

/** Share of each orientation in all votes, 1 together. */
async function shares(picture: Float32Array): Promise<number[]> {
  const roots = await runPart([3, SIZE, SIZE], picture, ORIENTATIONS * CELLS, gradientHistograms);
  const votes = Array.from({ length: ORIENTATIONS }, (_, bin) =>
    roots.slice(bin * CELLS, (bin + 1) * CELLS).reduce((sum, root) => sum + root * root, 0),
  );
  const all = votes.reduce((a, b) => a + b, 0);
  return votes.map((vote) => vote / all);
}

it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('puts stripes across %i * 20 degrees into that bin', async (bin) => {
  const found = await shares(stripes(bin * 20));
  expect(found.indexOf(Math.max(...found))).toBe(bin);
  expect(found[bin]).toBeGreaterThan(0.75);
});

it('moves the votes to the other bins when the stripes are turned by 90 degrees', async () => {
  const [upright, lying] = [await shares(stripes(0)), await shares(stripes(90))];
  expect(upright[0]).toBeCloseTo(1, 4);
  // 90 degrees lies in the middle between bins 4 and 5.
  expect(lying[0]).toBeCloseTo(0, 4);
  expect(lying[4]).toBeCloseTo(0.5, 4);
  expect(lying[5]).toBeCloseTo(0.5, 4);
});

it('does not see how strong the contrast is', async () => {
  const run = (picture: Float32Array): Promise<number[]> =>
    runPart([3, SIZE, SIZE], picture, ORIENTATIONS * CELLS, gradientHistograms);
  const plain = await run(stripes(40));
  // A factor before the square root is one behind it.
  const faint = await run(stripes(40).map((value) => value / 2));
  for (const [i, value] of plain.entries()) expect(faint[i]).toBeCloseTo(value, 3);
});
