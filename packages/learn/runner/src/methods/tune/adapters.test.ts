import { join } from 'node:path';
import { writeTexts } from '@espalier/data/testing';
import { lookUp, readModel } from '@espalier/onnx';
import { weightsPath } from '@espalier/study/folder';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeEntry } from '../../answer/writeEntry.js';
import { openPredictor, predictEach } from '../../predicting/predictor.js';
import { runStudy } from '../../study/study.js';
import { list, temporaryFolder, tinyOptions, tinySettings } from '../../testing/fixtures.js';
import { tinyTextBackbone } from '../../testing/texts.js';
import { readWeights } from '../../training/checkpoint.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writeTexts(join(root, 'texts.csv'), 30);
});
afterAll(() => remove());

it('learn in place of the weights of linear layers, and are in the written weights', async () => {
  const backbones = [await tinyTextBackbone(root)];
  const settings = tinySettings(root, {
    ...{ dataset: { path: join(root, 'texts.csv'), validation: 0.2, test: 0.2 }, baseline: false },
    space: {
      freezeDepth: list(1),
      adapterRank: list(2),
      augmentation: list('none'),
      learningRate: list(1e-2),
    },
    budget: { trials: 1, epochs: 3 },
  });
  const { folder, session, trials } = await runStudy(settings, { ...tinyOptions(root, 'texts'), backbones });
  const learnt = (await readWeights(weightsPath(folder, 'trial-0'))) ?? new Map<string, never>();
  const names = [...learnt.keys()].filter((name) => !/espalier_head|standardised/.test(name));
  expect(names.length).toBeGreaterThan(0);
  expect(names.every((name) => /__adapter_(first|second)$/.test(name))).toBe(true);
  expect(new Set(trials[0]?.epochs.map(({ trainLoss }) => trainLoss)).size).toBe(3);

  const path = join(root, 'entry.onnx');
  await writeEntry({ folder, backbones }, { name: 'trial-0' }, false, path);
  const fitted = await readWeights(weightsPath(folder, 'trial-0-labelled'));
  const changed = names.map((name) => name.replace(/__adapter_.*/, ''));
  const [own, written] = [session.candidates[0]?.prepared.model, await readModel(path)];
  for (const name of new Set(changed)) {
    const before = lookUp(own?.graph.initializers ?? new Map(), name);
    expect(lookUp(written.graph.initializers, name)).not.toEqual(before);
    expect(fitted?.has(name)).toBe(false);
  }
  expect([...written.graph.initializers.keys()].some((name) => name.includes('__adapter'))).toBe(false);
  const predictor = await openPredictor(path);
  const examples = session.data.splits.test.map(({ id, content }) => ({ id, content }));
  const outcomes = await predictEach(predictor, examples);
  await predictor.dispose();
  expect(outcomes.every(({ kind }) => kind === 'predicted')).toBe(true);
});
