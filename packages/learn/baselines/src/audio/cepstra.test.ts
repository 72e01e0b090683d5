import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runPart } from '../testing/run.js';
import { cepstra, slopes } from './cepstra.js';

interface Golden {
  readonly frames: readonly number[];
  readonly coefficients: readonly number[];
  readonly slopes: readonly number[];
}

const goldenPath = new URL('../../goldens/plain.golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(goldenPath, 'utf8')) as Golden;
const [frames, bands] = [6, 64];
const recording = Float32Array.from(golden.frames);

const expectClose = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 4);
};

it('transforms bands as SciPy does', async () => {
  const actual = await runPart([frames, bands], recording, frames * 20, (graph, x) =>
    cepstra(graph, x, bands, 20),
  );
  expectClose(actual, golden.coefficients);
});

it('fits lines through five frames as SciPy does', async () => {
  expectClose(await runPart([frames, bands], recording, frames * bands, slopes), golden.slopes);
});
