import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNoisyPicture } from '@espalier/data/testing';
import type { StudyRequest } from '@espalier/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeStudy, runStudy, type StudyOptions, type StudyResult } from '../study/study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';

let root: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  for (const [place, name] of ['one', 'other'].entries()) {
    await mkdir(join(root, 'pictures', name), { recursive: true });
    for (let i = 0; i < 45; i++)
      await writeNoisyPicture(join(root, 'pictures', name, `${i}.png`), 2 * i + place);
  }
});
afterAll(() => remove());

const optionsOf = async (name: string): Promise<StudyOptions> => ({
  ...tinyOptions(root, name),
  backbones: [await tinyBackbone(root)],
});

/** Nothing tells the classes apart: at such rates trials stay near the probes, and are compared with them. */
const space = { learningRate: list(1e-3, 3e-3), freezeDepth: list(4) };

const settingsOf = (change: Parameters<typeof tinySettings>[1]): StudyRequest =>
  tinySettings(root, { ...{ baseline: false, seeds: 3, space }, ...change });

const run = async (name: string, change: Parameters<typeof tinySettings>[1]): Promise<StudyResult> =>
  runStudy(settingsOf(change), await optionsOf(name));

const chosen = ({ provenance }: StudyResult): Record<string, readonly [by: string, examples: number]> =>
  Object.fromEntries(provenance.map(({ what, by, examples }) => [what, [by, examples]]));

describe('where folds judge', () => {
  let result: StudyResult;
  beforeAll(async () => {
    result = await run('folds', {});
  });

  it('says which examples chose what', () => {
    const folds = ['5 folds of the training and validation splits together', 72] as const;
    expect(chosen(result)).toMatchObject({
      'Penalty of each linear classifier': folds,
      'Backbones, depths and settings of trials': ['the validation split', 18],
      'Epoch whose weights a trial keeps': ['the validation split', 18],
      Answer: folds,
      'Final fit, measured on the test split (chooses nothing)': ['the training and validation splits', 72],
      'Final fit, written to model.onnx (chooses nothing)': ['all three splits', 90],
      'Test score': ['the test split, which chose nothing', 18],
    });
  });

  it('compares trials by several seeds, and keeps nothing of them', async () => {
    const trained = result.best.leaderboard.filter(({ kind }) => kind === 'trial');
    expect(trained.length).toBeGreaterThan(0);
    for (const { seeds, loss } of trained) {
      expect(seeds?.count).toBe(3);
      expect(seeds?.low).toBeLessThan(seeds?.high ?? NaN);
      expect(loss).toBeGreaterThan(seeds?.low ?? NaN);
      expect(loss).toBeLessThan(seeds?.high ?? NaN);
    }
    for (const { kind, seeds } of result.best.leaderboard)
      if (kind === 'probe' || kind === 'baseline') expect(seeds).toBeUndefined();
    const left = await readdir(join(result.folder, 'weights'));
    expect(left.filter((name) => /fold|seed/.test(name))).toEqual([]);
  });
});

describe('where the validation split judges', () => {
  it('says which examples chose what, and compares trials by several seeds', async () => {
    const { best, ...result } = await run('validation', { folds: 0, useEverything: false });
    const validation = ['the validation split', 18] as const;
    const said = chosen({ best, ...result });
    expect(said).toMatchObject({
      'Penalty of each linear classifier': validation,
      Answer: validation,
      'Test score': ['the test split, which chose nothing', 18],
    });
    expect(Object.keys(said)).not.toContain('Final fit, written to model.onnx (chooses nothing)');
    const trained = best.leaderboard.filter(({ kind }) => kind === 'trial');
    expect(trained.length).toBeGreaterThan(0);
    for (const { seeds, basis } of trained) expect([seeds?.count, basis]).toEqual([3, 'validation']);
  });

  it('goes on with a seed that was interrupted as if it had not been', async () => {
    const asked = { folds: 0, useEverything: false };
    const timeless = ({ best }: StudyResult) => ({
      test: best.evaluations.test,
      leaderboard: best.leaderboard.map(({ costs: _, ...line }) => line),
    });
    const whole = timeless(await run('whole', asked));
    const stop = new AbortController();
    let steps = 0;
    await expect(
      runStudy(settingsOf(asked), {
        ...(await optionsOf('halves')),
        signal: stop.signal,
        onEvent: (news) => {
          if (news.kind === 'progress' && news.phase === 'judging' && ++steps === 4) stop.abort();
        },
      }),
    ).rejects.toThrow();
    expect(timeless(await resumeStudy(await optionsOf('halves')))).toEqual(whole);
  });
});

it('has no rows for what was not done', async () => {
  const settings = { ...settingsOf({}), space: { method: list('probe') } };
  const { provenance } = await runStudy(settings, await optionsOf('probes'));
  const rows = provenance.map(({ what }) => what);
  expect(rows).toContain('Penalty and temperature of trials that are fitted in one go');
  expect(rows).not.toContain('Epoch whose weights a trial keeps');
});
