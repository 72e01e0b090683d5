import { expect, it } from 'vitest';
import { noise, runModel, runPart } from '../testing/run.js';
import { plainAudio } from './index.js';
import { loudness, meansOfParts } from './time.js';

const [frames, bands] = [198, 64];

/** Silence but for 40 frames from `first` on, of any content. */
function soundFrom(first: number): Float32Array {
  const recording = new Float32Array(frames * bands);
  recording.set(
    noise(40 * bands).map((value) => 2 + 6 * value),
    first * bands,
  );
  return recording;
}

it('hears the same wherever in the silence a sound lies', async () => {
  const [early, late] = await runModel(plainAudio().model, [frames, bands], [soundFrom(30), soundFrom(120)]);
  for (const [i, value] of (early as Float32Array).entries()) expect(late?.[i]).toBeCloseTo(value, 3);
});

it('keeps the parts of a sound in their order, with silence on one side', async () => {
  // Eight frames, of which the last four are heard: one number after the other.
  const rising = Float32Array.of(0, 0, 0, 0, 1, 2, 3, 4);
  const parts = (values: Float32Array): Promise<number[]> =>
    runPart([8, 1], values, 2, (graph, x) => meansOfParts(graph, x, loudness(graph, x), 2));
  // By hand: the places are 0.1, 0.4, 0.9 and 1.6, and a part fades over the distance of the middles.
  const first = (0.6 * 1 + 0.9 * 4 + 0.6 * 9) / (0.6 * 1 + 0.9 * 2 + 0.6 * 3);
  const second = (0.4 * 9 + 0.9 * 16) / (0.4 * 3 + 0.9 * 4);
  const forwards = await parts(rising);
  expect(forwards[0]).toBeCloseTo(first, 4);
  expect(forwards[1]).toBeCloseTo(second, 4);
  const backwards = await parts(rising.toReversed());
  expect(backwards[0]).toBeCloseTo(second, 4);
  expect(backwards[1]).toBeCloseTo(first, 4);
});
