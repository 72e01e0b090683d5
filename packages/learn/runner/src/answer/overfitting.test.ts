import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@espalier/base/random';
import { writePictures } from '@espalier/data/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runStudy } from '../study/study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
});
afterAll(() => remove());

const run = async (name: string) =>
  runStudy(
    tinySettings(root, {
      dataset: { path: join(root, name), validation: 0.2, test: 0.2 },
      space: { freezeDepth: list(2), augmentation: list('none') },
      budget: { trials: 1, epochs: 3 },
      baseline: false,
    }),
    { ...tinyOptions(root, `study of ${name}`), backbones: [await tinyBackbone(root)] },
  );

/** Deals the pictures of a folder out to its classes anew. */
async function permuteLabels(folder: string): Promise<void> {
  const classes = (await readdir(folder)).sort();
  const files = (
    await Promise.all(
      classes.map(async (name) => (await readdir(join(folder, name))).map((file) => [name, file] as const)),
    )
  ).flat();
  const dealt = createRandom(1, 'labels').shuffle(
    files.sort().map((_, i) => classes[i % classes.length] as string),
  );
  await mkdir(`${folder} permuted`);
  for (const name of classes) await mkdir(join(`${folder} permuted`, name));
  for (const [i, [name, file]] of files.entries()) {
    await rename(join(folder, name, file), join(`${folder} permuted`, dealt[i] as string, `${name}-${file}`));
  }
}

it('is not said of a study that is right, whatever the gap, and permuted labels are seen', async () => {
  await writePictures(join(root, 'pictures'), 40);
  const right = await run('pictures');
  expect(right.verdicts.overfitting.kind).toBe('none');
  expect(right.verdicts.overfitting.sentence).toMatch(
    /^No sign of overfitting: .* not better on the test examples/,
  );
  await permuteLabels(join(root, 'pictures'));
  const permuted = await run('pictures permuted');
  // Its penalty lets no answer learn them by heart; what it has learnt is nothing, which is said.
  expect(permuted.verdicts.overfitting.sentence).toMatch(
    /not better than always answering with the most frequent class/,
  );
  expect(permuted.advised.advice.map(({ about }) => about)).toEqual(['avoid']);
  expect(right.advised.advice.some(({ sentence }) => sentence.startsWith('Do not use'))).toBe(false);
  expect(right.advised.learningCurve?.points.map(({ examples }) => examples)).toEqual([19, 38, 77]);
});
