import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJournal, readJournalFrom, readReport } from '../folder/index.js';
import {
  alsoFormer,
  baselineTrials,
  formerAsked,
  formerRequest,
  knownBaselines,
  readEvent,
  searchedTrials,
  searchSpaceSchema,
  studyRequestSchema,
} from '../index.js';
import { formerStudyFolder, headerOf } from '../testing/index.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'espalier-former-'))));
afterAll(() => rm(folder, { recursive: true }));

const choices = (...values: readonly (number | string)[]) => ({ kind: 'choices', values });

describe('a study of version 1', () => {
  it('opens, with its trials, and its networks from random weights as baselines', async () => {
    const log = await readJournal(formerStudyFolder);
    expect(log.header).toMatchObject({
      version: 2,
      environment: { cache: { folder: '/home/ada/.cache/espalier' }, threads: 1 },
      objective: { name: 'accuracy', direction: 'maximise' },
      settings: {
        baseline: true,
        baselineRates: [0.001, 0.003],
        engine: { name: 'onnx', provider: 'cpu' },
        space: { dropout: choices(0.1), labelSmoothing: choices(0.05), batch: choices(32) },
      },
    });
    expect(log.header.space.backbones).toEqual([
      { id: 'vision-mini', ranges: { freezeDepth: choices(0, 4, 6, 7, 8) } },
    ]);
    expect(Object.keys(log.header.space.ranges)).toEqual([
      'learningRate',
      'layerDecay',
      'weightDecay',
      'augmentation',
    ]);
    const searched = searchedTrials(log.trials);
    expect(searched.map(({ number, status }) => [number, status])).toEqual(
      [0, 1, 2].map((n) => [n, 'complete']),
    );
    for (const { configuration, epochs } of searched) {
      expect(Object.keys(configuration.values)).toHaveLength(5);
      expect(epochs.every(({ metrics }) => typeof metrics['accuracy'] === 'number')).toBe(true);
    }
    const baselines = baselineTrials(log.trials);
    expect(baselines).toMatchObject(
      [0.001, 0.003].map((learningRate, number) => ({
        ...{ number, status: 'complete' },
        configuration: { backbone: 'vision-mini', values: { freezeDepth: 0, learningRate } },
      })),
    );
    expect(baselines.every(({ epochs }) => epochs.length === 2)).toBe(true);
    expect(log.finishedAt).not.toBeNull();
  });

  it('gives the same events in however many parts it is read', async () => {
    const whole = await readJournalFrom(formerStudyFolder, 0);
    const events = [];
    const baselines = [];
    for (let from = 0; ;) {
      const part = await readJournalFrom(formerStudyFolder, { from, most: 700, baselines: [...baselines] });
      if (part.end === from) break;
      events.push(...part.events);
      for (const event of part.events) {
        if (event.type !== 'trial-started' || event.role !== 'baseline') continue;
        const learningRate = Number(event.configuration.values['learningRate']);
        baselines.push({ number: event.number, learningRate });
      }
      from = part.end;
    }
    expect(events).toEqual(whole.events);
    expect(baselines).toEqual(knownBaselines((await readJournal(formerStudyFolder)).trials));
  });

  it('has a report that is read as one of today', async () => {
    const path = join(formerStudyFolder, 'report.json');
    const former = JSON.parse(readFileSync(path, 'utf8')) as {
      trials: { configuration: { freezeDepth: number; augmentation: string }; validationAccuracy: number }[];
      baselines: { scratch: { testAccuracy: number } };
    };
    const report = await readReport(path);
    expect(report).toMatchObject({
      ...{ version: 3, task: 'classification', metric: { name: 'accuracy' } },
      search: { objective: { name: 'accuracy' } },
    });
    expect(report.baselines.random?.test).toBe(former.baselines.scratch.testAccuracy);
    for (const [i, { configuration, written, metrics }] of report.trials.entries()) {
      const before = former.trials[i];
      expect(configuration.values['freezeDepth']).toBe(before?.configuration.freezeDepth);
      expect(written['freezeDepth']).toBe(`${before?.configuration.freezeDepth} of 8`);
      expect(written['augmentation']).toBe(before?.configuration.augmentation);
      expect(metrics).toEqual({ accuracy: before?.validationAccuracy });
    }
    // What is written of it is of today, and reads the same.
    const again = join(folder, 'report.json');
    await writeFile(again, JSON.stringify(report));
    expect(await readReport(again)).toEqual(report);
  });

  it('has a leaderboard, an estimate and baselines that are read as those of today', async () => {
    const given = JSON.parse(readFileSync(join(formerStudyFolder, 'report.json'), 'utf8')) as {
      readonly best: Readonly<Record<string, { readonly accuracy: number; readonly interval: object }>>;
      readonly baselines: { readonly majority: { readonly label: string; readonly accuracy: number } };
    };
    const kept = { low: 0.8, high: 0.95, examples: 40, basis: 'folds' };
    const measured = { ...kept, accuracy: 0.9, logLoss: 0.3 };
    const entry = { name: 'probe-0', kind: 'probe', title: 'vision-mini' };
    const { low, high, accuracy } = measured;
    const plain = {
      ...{ name: 'baseline-0', title: 'colours', difference: 0.1, asGood: false },
      sentence: 'Good.',
    };
    const path = join(folder, 'full.json');
    const full = {
      ...given,
      leaderboard: [{ ...entry, ...measured }],
      best: { ...given.best, estimate: { accuracy, low, high } },
      baselines: { ...given.baselines, plain: { ...plain, accuracy, low, high } },
    };
    await writeFile(path, JSON.stringify(full));
    const report = await readReport(path);
    expect(report.leaderboard).toEqual([{ ...entry, ...kept, value: 0.9, loss: 0.3 }]);
    expect(report.best.estimate).toEqual({ value: 0.9, low, high });
    expect(report.baselines.plain).toEqual({ ...plain, value: 0.9, low, high });
    const { label, accuracy: share } = given.baselines.majority;
    expect(report.baselines.trivial).toEqual({ title: `Always "${label}"`, value: share });
    for (const split of ['train', 'validation', 'test'] as const) {
      const before = given.best[split];
      expect(report.best[split].classification).toEqual(before);
      expect(report.best[split]).toMatchObject({ value: before?.accuracy, ...before?.interval });
    }
  });

  it('that was interrupted while a baseline trained goes on with its checkpoint', async () => {
    const lines = readFileSync(join(formerStudyFolder, 'study.jsonl'), 'utf8').split('\n');
    const ended = lines.findIndex((line) => line.includes('"scratch-ended"'));
    await writeFile(join(folder, 'study.jsonl'), `${lines.slice(0, ended).join('\n')}\n`);
    const log = await readJournal(folder);
    expect(log.searchEnded).not.toBeNull();
    expect(baselineTrials(log.trials)).toEqual([]);
    await copyFile(join(formerStudyFolder, 'study.jsonl'), join(folder, 'study.jsonl'));
    expect(baselineTrials((await readJournal(folder)).trials)).toHaveLength(2);
  });
});

describe('what a search of version 1 was asked', () => {
  it('is understood, and what is of today stays as it is', () => {
    const former = {
      ...{ freezeDepths: [1, 2], augmentation: ['flip'], scratch: false, scratchRates: [0.1] },
      learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-2 },
      training: { batch: 8, dropout: 0, labelSmoothing: 0.2, patience: null },
    };
    const today = formerAsked(former);
    expect(today).toEqual({
      ...{ baseline: false, baselineRates: [0.1] },
      training: { patience: null },
      space: {
        ...{ freezeDepth: choices(1, 2), augmentation: choices('flip'), learningRate: former.learningRate },
        ...{ batch: choices(8), dropout: choices(0), labelSmoothing: choices(0.2) },
      },
    });
    expect(formerAsked(today)).toEqual(today);
    expect(formerAsked({ seed: 1 })).toEqual({ seed: 1 });
    // What is wrong stays wrong, for the schema to say so.
    expect(formerAsked({ space: 'large', training: 3 })).toEqual({ space: 'large', training: 3 });
  });

  it('has nothing of the machine', () => {
    const header = headerOf('2026-01-01T00:00:00.000Z');
    const kept = {
      ...header.settings,
      cache: { folder: '/x', bytes: 1 },
      engine: { name: 'tfjs', threads: 2 },
    };
    expect(studyRequestSchema.parse(formerRequest(kept))).toEqual({
      ...header.settings,
      engine: { name: 'tfjs', provider: 'cpu' },
    });
  });
});

it('an event of today is read as it is', () => {
  const header = headerOf('2026-01-01T00:00:00.000Z');
  expect(readEvent(JSON.parse(JSON.stringify(header)), [])).toEqual([header]);
  const started = {
    ...{ type: 'trial-started', role: 'baseline', number: 1, elapsed: 2 },
    configuration: { backbone: 'tiny', values: { freezeDepth: 0 } },
  };
  expect(readEvent(started, [])).toEqual([started]);
});

it('a space has its form of version 1 beside it, for plugins of before', () => {
  const { space } = headerOf('2026-01-01T00:00:00.000Z');
  const both = alsoFormer(space) as unknown as Record<string, unknown>;
  expect(both).toMatchObject({
    backbones: [{ id: 'tiny', freezeDepths: [0, 1, 2] }],
    learningRate: space.ranges['learningRate'],
    augmentation: ['none'],
  });
  expect(searchSpaceSchema.parse(space)).toEqual(space);
});
