import { bestLoss, type ProbeRecord } from '@espalier/study';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readReport } from '@espalier/study/folder';
import { samplers } from '@espalier/search';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  exportModel,
  openStudy,
  planSearch,
  predictAll,
  resume,
  search,
  type FinishedStudy,
  type StudyNews,
} from '../index.js';
import { playground } from '../testing/playground.js';

const { root, pictures, options } = await playground();

/** What must not differ between two runs: everything but times and places. */
const findings = ({ trials, leaderboard, metrics, verdicts, reason }: FinishedStudy): object => ({
  trials: trials.map(({ epochs, ...trial }) => ({
    ...trial,
    epochs: epochs.map(({ seconds: _, ...epoch }) => epoch),
  })),
  leaderboard: leaderboard.map(({ number }) => number),
  ...{ metrics, verdicts, reason },
});

let whole: FinishedStudy;
const events: StudyNews[] = [];
beforeAll(async () => {
  whole = await search(options('whole', { onEvent: (event) => events.push(event) }));
});

describe('search', () => {
  it('resolves with the best trial, metrics, verdicts and the report, and writes its files', async () => {
    expect(whole.trials).toHaveLength(3);
    expect(whole.standings.map(({ name }) => name)).toContain(whole.answer.name);
    expect(whole.best?.number ?? null).toBe(whole.report.best.trial);
    const losses = whole.leaderboard.map(bestLoss);
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    expect(whole.metrics.test.value).toBeGreaterThan(0.5);
    expect(['helps', 'negative-transfer', 'unclear', 'untested']).toContain(whole.verdicts.transfer.kind);
    expect(whole.report).toEqual(await readReport(whole.files.data));
    for (const path of Object.values(whole.files)) expect(existsSync(path), path).toBe(true);
  });

  it('says in the report which call it was', async () => {
    expect(await readFile(whole.files.report, 'utf8')).toMatch(
      /```sh\nsearch\(\{ ?\n?\s*dataset: .*pictures'/,
    );
    expect(whole.report.command).not.toContain('onEvent');
  });

  it('tells what happens as it happens', () => {
    const kinds = events.map(({ kind }) => kind);
    const started = events.flatMap((event) => (event.kind === 'trial-started' ? [event.trial.role] : []));
    expect(started.sort()).toEqual(['baseline', 'searched', 'searched', 'searched']);
    expect(kinds.indexOf('data')).toBeLessThan(kinds.indexOf('backbone'));
    const epochs = events.flatMap((event) =>
      event.kind === 'epoch' && event.role === 'searched' ? [event.record] : [],
    );
    expect(epochs).toEqual(whole.trials.flatMap((trial) => trial.epochs));
  });

  it('rejects with the reason when it is stopped, and resume ends as if nothing had happened', async () => {
    const controller = new AbortController();
    const reason = new Error('stop');
    const onEvent = (event: StudyNews): void => {
      if (event.kind === 'epoch' && event.number === 1) controller.abort(reason);
    };
    await expect(search(options('stopped', { onEvent, signal: controller.signal }))).rejects.toBe(reason);
    const half = await openStudy(join(root, 'stopped'));
    expect(half).toMatchObject({ finished: null, searchEnded: null, baselines: [] });
    expect(half.trials.map(({ status }) => status)).toEqual([
      expect.stringMatching(/complete|pruned/),
      'running',
    ]);
    const timeless = ({ probes }: { probes: readonly ProbeRecord[] }): object[] =>
      probes.map(({ seconds: _, ...probe }) => probe);
    expect(timeless(half)).toEqual(timeless(await openStudy(whole.folder)));
    const resumed: string[] = [];
    const study = await resume(join(root, 'stopped'), { onEvent: ({ kind }) => void resumed.push(kind) });
    expect(resumed[0]).toBe('resumed');
    expect(findings(study)).toEqual(findings(whole));
  });

  it('that is stopped before it starts does nothing', async () => {
    const signal = AbortSignal.abort('no');
    await expect(search(options('never', { signal }))).rejects.toBe('no');
    expect(existsSync(join(root, 'never'))).toBe(false);
  });

  it('is planned without writing, and numbers a folder that is taken', async () => {
    const plan = await planSearch(options('planned', { budget: { seconds: 90 } }));
    expect(plan.settings.budget).toMatchObject({ trials: null, seconds: 90 });
    expect(existsSync(plan.folder)).toBe(false);
    const counted = await planSearch(options('planned', { budget: { seconds: 90, trials: 2 } }));
    expect(counted.settings.budget.trials).toBe(2);
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(root);
    const unplaced = options('anywhere', { folder: undefined });
    expect(relative('', (await planSearch(unplaced)).folder)).toBe(join('results', 'pictures'));
    await mkdir(join('results', 'pictures'), { recursive: true });
    expect(relative('', (await planSearch(unplaced)).folder)).toBe(join('results', 'pictures-2'));
  });

  it('takes the backbone that comes along where none is named', async () => {
    const unnamed = options('along', { backbones: undefined });
    expect((await planSearch(unnamed)).settings.backbones).toEqual(['vision-mini']);
  });
});

describe('a study whose sampler was set aside', () => {
  const why = 'plugin leaf is disabled: no idea; the random sampler replaces given-up';
  samplers.register('given-up', { ...samplers.get('random'), name: 'given-up', replaced: () => why });

  it('says so in its report, and says it once', async () => {
    const study = await search(
      options('replaced', { sampler: 'given-up', baseline: false, budget: { trials: 2, epochs: 1 } }),
    );
    expect(study.report.search).toMatchObject({ sampler: 'given-up', notes: [why] });
    expect(await readFile(study.files.report, 'utf8')).toContain(`- ${why}`);
    expect((await resume(study.folder)).report.search.notes).toEqual([why]);
  });

  it('goes on where it is found, and says at once where it is not', async () => {
    const journal = join(root, 'replaced', 'study.jsonl');
    const lines = (await readFile(journal, 'utf8')).split('\n');
    const open = lines.filter((line) => !/"type":"(search-ended|finished)"/.test(line)).join('\n');
    await writeFile(journal, open.replace('"sampler":"given-up"', '"sampler":"removed"'));
    await expect(resume(join(root, 'replaced'))).rejects.toThrow(
      /study in .*replaced cannot continue, because its sampler 'removed' is missing: .*plugin/,
    );
    const [path] = options('replaced').backbones as [string];
    await writeFile(journal, open.replaceAll(path, 'leaf-net'));
    await expect(resume(join(root, 'replaced'))).rejects.toThrow(
      /cannot continue, because its backbone 'leaf-net' is missing/,
    );
  });
});

describe('openStudy', () => {
  it('gives of a finished study what search gave, with why each trial stopped', async () => {
    const study = await openStudy(whole.folder);
    expect(study.finished).toEqual(whole);
    expect(study.settings.dataset.path).toBe(pictures);
    expect(study.space.backbones).toMatchObject([
      { id: 'tiny', ranges: { freezeDepth: { kind: 'choices', values: [0, 2, 4] } } },
    ]);
    const work = study.space.backbones[0]?.work ?? [];
    expect(work).toHaveLength(5);
    expect(work).toEqual(work.toSorted((a, b) => b - a));
    expect(study.probes[0]).toMatchObject({ role: 'probe', backbone: 'tiny', title: 'depth 4' });
    expect(study.probes.some(({ role }) => role === 'baseline')).toBe(true);
    expect(study.searchEnded).toBe(whole.reason);
    expect(study.trials.every(({ reason, epochs }) => reason !== '' && epochs.length > 0)).toBe(true);
    const random = whole.report.baselines.random;
    expect(study.baselines).toMatchObject([
      {
        ...{ role: 'baseline', number: 0, status: 'complete' },
        configuration: { values: { learningRate: 1e-3, freezeDepth: 0 } },
        ...{ reason: random?.reason, epochs: random?.epochs },
      },
    ]);
    expect(JSON.parse(JSON.stringify(study))).toEqual(study);
  });

  it('gives no result where the report is not written yet', async () => {
    await search(options('unreported', { baseline: false, budget: { trials: 1, epochs: 1 } }));
    await rm(join(root, 'unreported', 'report.json'));
    expect((await openStudy(join(root, 'unreported'))).finished).toBeNull();
  });

  it('says where there is no study', async () => {
    const nowhere = expect.objectContaining({
      name: 'StudyError',
      message: expect.stringMatching(/no study in .*nowhere/),
    });
    await expect(openStudy(join(root, 'nowhere'))).rejects.toEqual(nowhere);
    await expect(resume(join(root, 'nowhere'))).rejects.toEqual(nowhere);
  });
});

describe('exportModel', () => {
  it('writes the network of a trial that predicts, and refuses one without weights', async () => {
    const [, second] = whole.leaderboard;
    const out = join(root, 'exported', 'second.onnx');
    await mkdir(join(root, 'exported'));
    expect(await exportModel(whole.folder, { trial: second?.number, out })).toBe(out);
    const [one] = await predictAll(out, join(pictures, 'spots', '1.png'));
    expect(one).toMatchObject({ kind: 'predicted' });
    await expect(exportModel(whole.folder, { trial: 99 })).rejects.toThrow(/trial 99 of .* has no weights/);
    await expect(exportModel(whole.folder, { trial: 0.5 })).rejects.toThrow(/exportModel: option trial/);
  });
});
