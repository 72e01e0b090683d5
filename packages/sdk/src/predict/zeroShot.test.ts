import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNoisyPicture } from '@espalier/data/testing';
import { writeInferenceModel, writePictureModel } from '@espalier/zero-shot/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { zeroShot, type ZeroShotOptions } from '../index.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-sdk-zero-shot-'));
  await writeInferenceModel(join(root, 'inference'));
  await writePictureModel(join(root, 'pictures'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The class of each example, or that it cannot be read. */
async function classesOf(model: string, inputs: readonly string[]): Promise<(string | undefined)[]> {
  const found = [];
  for await (const one of zeroShot(join(root, model), inputs, { labels: ['red', 'green'] })) {
    found.push(one.kind === 'predicted' ? one.labels[0]?.label : one.error.message);
  }
  return found;
}

it('classifies by the names of the classes alone', async () => {
  expect(await classesOf('inference', ['a green one', 'a red one'])).toEqual(['green', 'red']);
});

it('names what cannot be read in its place and goes on', async () => {
  const [good, bad] = [join(root, 'good.png'), join(root, 'bad.png')];
  await writeNoisyPicture(good, 1);
  await writeFile(bad, 'no picture');
  const label = expect.stringMatching(/^(red|green)$/);
  const message = expect.stringMatching(/Cannot read .*bad\.png/);
  expect(await classesOf('pictures', [good, bad, good])).toEqual([label, message, label]);
});

it('says what is missing, at once', () => {
  expect(() => zeroShot('anywhere', 'a text', {} as ZeroShotOptions)).toThrow(
    /zeroShot: option labels is invalid/,
  );
});
