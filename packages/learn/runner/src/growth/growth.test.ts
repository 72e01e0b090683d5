import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePictures, writeTexts } from '@espalier/data/testing';
import { ranked, type TrialRecord } from '@espalier/study';
import { readJournal } from '@espalier/study/folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from '../study/session.js';
import { resumeStudy, runStudy, type StudyOptions, type StudyResult } from '../study/study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';
import { tinyTextBackbone } from '../testing/texts.js';
import { readEarlier } from './earlier.js';
import { changesSince, requireSameTask, warmStarts } from './grow.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'few'), 12);
  await writePictures(join(root, 'pictures'), 20);
});
afterAll(() => remove());

type Change = Parameters<typeof tinySettings>[1];

const settings = (change: Change = {}): ReturnType<typeof tinySettings> =>
  tinySettings(root, {
    baseline: false,
    useEverything: false,
    budget: { trials: 3, epochs: 2 },
    space: { freezeDepth: list(2, 4), batch: list(16) },
    ...change,
  });

const run = async (name: string, change: Change, more: Partial<StudyOptions> = {}): Promise<StudyResult> =>
  runStudy(settings(change), { ...tinyOptions(root, name), backbones: [await tinyBackbone(root)], ...more });

let first: Promise<StudyResult> | null = null;
const earlier = (): Promise<StudyResult> =>
  (first ??= run('earlier', { dataset: { path: join(root, 'few'), validation: 0.2, test: 0.2 } }));

const grown = (): string => join(root, 'earlier');

/** Trials and answer without times. */
const outcome = ({ trials, best, growth }: StudyResult): object => ({
  trials: trials.map(({ epochs, ...trial }) => ({
    ...trial,
    epochs: epochs.map(({ seconds: _, ...epoch }) => epoch),
  })),
  ...{
    best: best.name,
    leaderboard: best.leaderboard.map(({ costs: _, ...entry }) => entry),
    test: best.evaluations.test,
    growth,
  },
});

const hashesOf = ({ session }: StudyResult, split: 'train' | 'validation' | 'test'): string[] =>
  session.data.splits[split].map(({ contentHash }) => contentHash);

describe('a study that grows another', () => {
  it('keeps the splits, begins with the best trials and their weights, and compares the answers', async () => {
    const before = await earlier();
    const now = await run('now', { from: grown() });
    for (const split of ['train', 'validation', 'test'] as const) {
      expect(hashesOf(now, split)).toEqual(expect.arrayContaining(hashesOf(before, split)));
    }
    const best = ranked(before.trials) as [TrialRecord];
    expect(now.trials.slice(0, 3).map(({ configuration }) => configuration)).toEqual(
      best.slice(0, 3).map(({ configuration }) => configuration),
    );
    expect(now.trials[0]?.why).toBe(
      `The study that this one grows did best with it (its trial ${best[0].number}).`,
    );
    expect(now.notes[0]).toMatch(/36 of its 36 examples are there, in the splits they had, and 24 are new/);
    expect(now.growth).toMatchObject({
      examples: { before: 36, now: 60, found: 36, added: 24, gone: 0 },
      classes: { added: [], gone: [] },
      test: { examples: before.session.data.splits.test.length, before: before.best.evaluations.test.value },
    });
    const { difference = NaN, now: value = NaN, before: was = NaN } = now.growth?.test ?? {};
    expect(difference).toBeCloseTo(value - was, 10);
    const fresh = await run('fresh', { from: undefined });
    const same = fresh.trials.find((trial) => trial.number === 0);
    expect(now.trials[0]?.epochs[0]?.trainLoss).toBeLessThan(same?.epochs[0]?.trainLoss ?? NaN);
  });

  it('goes on after an interruption without the earlier folder, as if there had been none', async () => {
    await earlier();
    const whole = outcome(await run('whole', { from: grown() }));
    const copy = join(root, 'copy of earlier');
    await cp(grown(), copy, { recursive: true });
    const stop = new AbortController();
    const onEvent: StudyOptions['onEvent'] = ({ kind }) => {
      if (kind === 'epoch') stop.abort();
    };
    await expect(run('stopped', { from: copy }, { signal: stop.signal, onEvent })).rejects.toThrow(/abort/i);
    await rm(copy, { recursive: true });
    const options = { ...tinyOptions(root, 'stopped'), backbones: [await tinyBackbone(root)] };
    const resumed = outcome(await resumeStudy(options));
    expect(JSON.stringify(resumed).replaceAll(copy, grown())).toBe(JSON.stringify(whole));
  });

  it('says what is gone and what is new, and begins anew where the classes have changed', async () => {
    const before = await earlier();
    const fewer = join(root, 'fewer');
    await cp(join(root, 'pictures'), fewer, { recursive: true });
    await rm(join(fewer, 'stripes'), { recursive: true });
    const now = await run('other classes', {
      from: grown(),
      dataset: { path: fewer, validation: 0.2, test: 0.2 },
    });
    expect(now.notes.join(' ')).toMatch(
      /12 examples of the earlier study are gone\. Classes that are gone: "stripes"\. The classes have changed, so no trial begins/,
    );
    expect(now.growth?.classes).toEqual({ added: [], gone: ['stripes'] });
    const tested = before.session.data.splits.test.filter(
      ({ label }) => before.session.data.classes[label] !== 'stripes',
    );
    expect(now.growth?.test?.examples).toBe(tested.length);
  });

  it('never begins with weights that have seen examples which judge now', async () => {
    const { session, trials } = await earlier();
    const known = await readEarlier(grown());
    const { data } = session;
    const [best] = ranked(trials) as [TrialRecord];
    const model = known.trials[0]?.model ?? '';
    expect(await warmStarts(known, data).of(best.configuration, model)).not.toBeNull();
    expect(await warmStarts(known, data).of(best.configuration, 'another network')).toBeNull();
    const [moved, ...train] = data.splits.train;
    if (moved === undefined) throw new Error('nothing to train on');
    const unfair = {
      ...data,
      splits: { ...data.splits, train, validation: [...data.splits.validation, moved] },
    };
    expect(changesSince(known, unfair).moved).toBe(1);
    expect(await warmStarts(known, unfair).of(best.configuration, model)).toBeNull();
  });
});

describe('a study that cannot grow another says why', () => {
  it('of one that is not finished', async () => {
    await earlier();
    const copy = join(root, 'unfinished');
    await cp(grown(), copy, { recursive: true });
    const lines = (await readFile(join(copy, 'study.jsonl'), 'utf8')).split('\n');
    await writeFile(
      join(copy, 'study.jsonl'),
      lines.filter((line) => !line.includes('"finished"')).join('\n'),
    );
    await expect(run('of unfinished', { from: copy })).rejects.toThrow(
      /is not finished.*finish it with --resume/,
    );
  });

  it('of another kind of task, or on a machine that does not have it', async () => {
    await earlier();
    const known = await readEarlier(grown());
    expect(() => requireSameTask(known, { ...settings(), task: 'regression' })).toThrow(
      /is one of classification, and a study of regression cannot grow it; leave --task out/,
    );
    const { folder, environment } = tinyOptions(root, 'elsewhere');
    const session = openSession({
      ...{
        folder,
        environment,
        settings: settings({ from: grown() }),
        backbones: [await tinyBackbone(root)],
      },
      ...{ emit: () => undefined, signal: new AbortController().signal, elapsedBefore: 0 },
      record: () => Promise.resolve(),
    });
    await expect(session).rejects.toThrow(/grows another where that one lies: run espalier search --from/);
  });

  it('of other examples, and of one whose split nobody knows any more', async () => {
    await earlier();
    await writeTexts(join(root, 'texts.csv'), 12);
    const texts = {
      from: grown(),
      dataset: { path: join(root, 'texts.csv') },
      backbones: ['tiny-text'] as [string],
    };
    await expect(
      runStudy(settings(texts), { ...tinyOptions(root, 'texts'), backbones: [await tinyTextBackbone(root)] }),
    ).rejects.toThrow(/is of images and the dataset texts holds texts; search without --from/);
    const copy = join(root, 'former');
    await cp(grown(), copy, { recursive: true });
    await rm(join(copy, 'examples.json'));
    expect((await readEarlier(copy)).splits).toEqual((await readEarlier(grown())).splits);
    await rm(join(root, 'few', 'spots'), { recursive: true });
    await expect(run('of former', { from: copy })).rejects.toThrow(
      /of an earlier version.*has changed since/,
    );
  });

  it('of one that did not keep its answers, which cannot be compared', async () => {
    await earlier();
    const copy = join(root, 'without answers');
    await cp(grown(), copy, { recursive: true });
    await rm(join(copy, 'answers.bin'));
    const now = await run('not compared', { from: copy });
    expect(now.growth?.test).toBeNull();
    expect((await readJournal(join(root, 'not compared'))).header.growth?.first.length).toBeGreaterThan(0);
  });
});
