import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writePictures, writeTexts } from '@espalier/data/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Score } from '@espalier/tasks';
import { openPredictor, predictEach } from '../predicting/predictor.js';
import { runStudy, type StudyResult } from '../study/study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';
import { tinyTextBackbone } from '../testing/texts.js';
import { writeEntry } from './writeEntry.js';

let root: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 30);
  await writeTexts(join(root, 'texts.csv'), 30);
});
afterAll(() => remove());

const pictures = async (
  name: string,
  change: Parameters<typeof tinySettings>[1] = {},
): Promise<StudyResult> =>
  runStudy(tinySettings(root, { baseline: false, ...change }), {
    ...tinyOptions(root, name),
    backbones: [await tinyBackbone(root)],
  });

const texts = async (name: string, change: Parameters<typeof tinySettings>[1] = {}): Promise<StudyResult> =>
  runStudy(
    tinySettings(root, {
      dataset: { path: join(root, 'texts.csv'), validation: 0.2, test: 0.2 },
      space: { freezeDepth: list(0, 1, 3), augmentation: list('none') },
      baseline: false,
      ...change,
    }),
    { ...tinyOptions(root, name), backbones: [await tinyTextBackbone(root)] },
  );

const opened = { pictures: tinyBackbone, texts: tinyTextBackbone } as const;

/** What a model says of the test examples. */
async function predictions({ session }: StudyResult, path: string): Promise<Score[][]> {
  const predictor = await openPredictor(path);
  const examples = session.data.splits.test.map(({ id, content }) => ({ id, content }));
  const outcomes = await predictEach(predictor, examples);
  await predictor.dispose();
  return outcomes.map((outcome) => (outcome.kind === 'predicted' ? [...outcome.labels] : []));
}

describe.each([
  ['pictures', pictures],
  ['texts', texts],
] as const)('a study of %s', (kind, run) => {
  it('has one list, in which each line can be written and predicts', async () => {
    const result = await run(`list-${kind}`);
    const { leaderboard, name, estimate } = result.best;
    const kinds = new Set(leaderboard.map((entry) => entry.kind));
    expect(kinds.has('probe') && kinds.has('baseline')).toBe(true);
    expect(leaderboard.map(({ loss }) => loss)).toEqual(
      leaderboard.map(({ loss }) => loss).toSorted((a, b) => a - b),
    );
    expect(leaderboard.some((entry) => entry.name === name)).toBe(true);
    expect(estimate.low).toBeLessThanOrEqual(estimate.value);

    const { folder } = result;
    const backbones = [await opened[kind](root)];
    const answer = await predictions(result, folder);
    await mkdir(join(root, 'entries', kind), { recursive: true });
    for (const entry of leaderboard) {
      const path = join(root, 'entries', kind, `${entry.name}.onnx`);
      await writeEntry({ folder, backbones }, entry, result.best.everything, path);
      // Words that are only in test examples make a bag of words larger.
      if (kind === 'pictures') expect((await stat(path)).size).toBe(entry.costs['size']);
      expect(entry.costs['latency']).toBeGreaterThan(0);
      const scores = await predictions(result, path);
      for (const row of scores) {
        expect(row.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 4);
      }
      if (entry.name === name) expect(scores).toEqual(answer);
    }
    await expect(
      writeEntry({ folder, backbones }, { name: 'probe-99' }, true, join(root, 'none.onnx')),
    ).rejects.toThrow(/no entry 'probe-99'/);
  });
});

it('learns from everything where there is little, and never from a test split of the dataset', async () => {
  const plain = await pictures('little');
  expect(plain.best).toMatchObject({ everything: true, learntFrom: 90 });
  const kept = await pictures('kept', { useEverything: false });
  expect(kept.best).toMatchObject({ everything: false, learntFrom: 72 });
  await writePictures(join(root, 'split', 'train'), 20);
  await writePictures(join(root, 'split', 'test'), 10, 33);
  const own = await pictures('own', { dataset: { path: join(root, 'split'), validation: 0.2 } });
  expect(own.best).toMatchObject({ everything: false, learntFrom: 60 });
});

it('answers with a probe where every trial fails', async () => {
  const result = await pictures('failing', {
    space: { learningRate: list(1e30), freezeDepth: list(0) },
  });
  expect(result.trials.every(({ status }) => status === 'failed')).toBe(true);
  expect(['probe', 'baseline', 'average']).toContain(result.best.kind);
  expect(result.best.trial).toBeNull();
});
