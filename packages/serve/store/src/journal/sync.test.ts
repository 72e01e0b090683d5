import { appendFile, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '@espalier/base/files';
import { bestEpoch, bestLoss } from '@espalier/study';
import { journalPath, readJournal, readReport } from '@espalier/study/folder';
import { formerStudyFolder, journalEvents } from '@espalier/study/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database.js';
import {
  dropGone,
  localProject,
  openStore,
  syncJournal,
  syncTracked,
  trackedStudies,
  trackStudy,
} from '../index.js';
import { emptyStore } from '../testing/index.js';
import { temporaryFolder } from '../testing/fixtures.js';
import { addEvents, beginJournal } from './testing/journals.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';

const root = mkdtempSync(join(tmpdir(), 'espalier-sync-'));
const store = join(root, 'store');
let database: Database;
let project: string;
beforeAll(async () => {
  database = await openStore(emptyStore(store));
  project = await localProject(database);
});
afterAll(async () => {
  await database.close();
  rmSync(root, { recursive: true, force: true });
});

let count = 0;
const freshFolder = (): string => join(root, `study-${count++}`);

/** Reads a study from the store, in the words of the runner. */
async function stored(folder: string) {
  const study = await database.client.study.findUniqueOrThrow({
    where: { host_folder: { host: hostname(), folder } },
    include: {
      trials: {
        orderBy: [{ role: 'asc' }, { number: 'asc' }],
        include: { metrics: { orderBy: { epoch: 'asc' } } },
      },
      history: { orderBy: { number: 'asc' } },
    },
  });
  const trials = study.trials.map(({ role, number, state, reason, values, metrics, ...found }) => ({
    ...{ role, number, values },
    status: state,
    reason: reason ?? '',
    best: found.bestEpoch,
    loss: found.bestLoss,
    gain: found.bestGain,
    epochs: metrics.map(({ epoch, metrics: measured, validationLoss }) => ({
      epoch,
      metrics: measured,
      validationLoss,
    })),
  }));
  return { study, trials };
}

async function told(folder: string) {
  const { trials } = await readJournal(folder);
  return trials.map(({ role, number, status, reason, configuration: { values }, epochs }) => ({
    ...{ role, number, values, status, reason },
    best: bestEpoch(epochs)?.epoch ?? null,
    loss: epochs.length === 0 ? null : bestLoss({ epochs }),
    gain: bestEpoch(epochs)?.metrics['accuracy'] ?? null,
    epochs: epochs.map(({ epoch, metrics, validationLoss }) => ({ epoch, metrics, validationLoss })),
  }));
}

describe('the journal of a study in the store', () => {
  it('says what the journal says, in however many pieces it came', async () => {
    await fc.assert(
      fc.asyncProperty(journalEvents, fc.array(fc.nat(30), { maxLength: 3 }), async (events, cuts) => {
        const folder = freshFolder();
        await beginJournal(folder);
        const places = [...new Set(cuts.map((cut) => Math.min(cut, events.length)))].sort((a, b) => a - b);
        let from = 0;
        let applied = 0;
        for (const to of [...places, events.length]) {
          await addEvents(folder, events.slice(from, to));
          from = to;
          applied += (await syncJournal(database, folder, project)).applied;
        }
        const { study, trials } = await stored(folder);
        expect(applied).toBe(events.length + 1);
        expect(trials).toEqual(await told(folder));
        expect(study.history.map(({ number }) => number)).toEqual(study.history.map((_, i) => i + 1));
        const kinds = study.history.map(({ kind }) => kind).filter((kind) => kind !== 'state');
        expect(kinds.slice(1)).toEqual(events.map(({ type }) => type));
        const { searchEnded, finishedAt } = await readJournal(folder);
        expect(study.reason).toBe(searchEnded);
        expect(study.endedAt?.toISOString() ?? null).toBe(finishedAt);
        expect(study.state).toBe(finishedAt === null ? 'paused' : 'finished');
      }),
      { numRuns: 25 },
    );
  });

  it('of version 1 comes in as what it says today', async () => {
    const folder = freshFolder();
    await mkdir(folder);
    await copyFile(join(formerStudyFolder, 'study.jsonl'), journalPath(folder));
    await syncJournal(database, folder, project);
    const { study, trials } = await stored(folder);
    expect(trials).toEqual(await told(folder));
    expect(trials.map(({ role, number }) => `${role} ${number}`)).toEqual([
      ...['searched 0', 'searched 1', 'searched 2'],
      ...['baseline 0', 'baseline 1'],
    ]);
    expect(study).toMatchObject({ state: 'finished', objective: { name: 'accuracy' } });
  });

  it('is applied once by several who bring it at the same time', async () => {
    const folder = freshFolder();
    await beginJournal(folder);
    const events = fc.sample(journalEvents, { numRuns: 30, seed: 7 }).sort((a, b) => b.length - a.length)[0];
    await addEvents(folder, events ?? []);
    const all = await Promise.all([1, 2, 3].map(() => syncJournal(database, folder, project)));
    expect(all.reduce((sum, { applied }) => sum + applied, 0)).toBe((events?.length ?? 0) + 1);
    const { study } = await stored(folder);
    expect(study.history.filter(({ kind }) => kind !== 'state')).toHaveLength((events?.length ?? 0) + 1);
  });

  it('is running while a process is at work on it, and leaves out a line that is not whole', async () => {
    const folder = freshFolder();
    await beginJournal(folder);
    await appendFile(journalPath(folder), '{"type":"paused","elap');
    const unlock = await lockFolder(folder, 'study');
    expect(await syncJournal(database, folder, project)).toMatchObject({ state: 'running', applied: 1 });
    await unlock();
    expect(await syncJournal(database, folder, project)).toMatchObject({ state: 'paused', applied: 0 });
  });

  it('is another study where another one began in its folder; the old one stays', async () => {
    const folder = freshFolder();
    await beginJournal(folder);
    const first = await syncJournal(database, folder, project);
    await beginJournal(folder, '2026-03-01T00:00:00.000Z');
    const second = await syncJournal(database, folder, project);
    expect(second.studyId).not.toBe(first.studyId);
    const old = await database.client.study.findUniqueOrThrow({ where: { id: first.studyId } });
    expect(old).toMatchObject({ folder: null, state: 'cancelled' });
    await addEvents(folder, [{ type: 'finished', finishedAt: '2026-03-02T00:00:00.000Z', elapsed: 1 }]);
    await syncJournal(database, folder, project);
    await beginJournal(folder, '2026-04-01T00:00:00.000Z');
    await syncJournal(database, folder, project);
    const done = await database.client.study.findUniqueOrThrow({ where: { id: second.studyId } });
    expect(done).toMatchObject({ folder: null, state: 'finished' });
  });
});

it('of a folder that is gone is over', async () => {
  const folder = freshFolder();
  await beginJournal(folder);
  const { studyId } = await syncJournal(database, folder, project);
  const elsewhere = await database.client.study.create({
    data: { projectId: project, name: 'Elsewhere', host: 'another', folder, state: 'running', settings: {} },
  });
  expect(await dropGone(database)).toBe(0);
  await rm(folder, { recursive: true });
  expect(await dropGone(database)).toBe(1);
  const study = await database.client.study.findUniqueOrThrow({ where: { id: studyId } });
  expect(study).toMatchObject({ state: 'cancelled', reason: 'The folder of the study no longer exists.' });
  const other = await database.client.study.findUniqueOrThrow({ where: { id: elsewhere.id } });
  expect(other.state).toBe('running');
});

describe('studies that are left for the owner of a store', () => {
  it('come in when the owner looks, once each, without those that are gone', async () => {
    const place = { kind: 'folder', folder: temporaryFolder('list') } as const;
    const [one, gone, damaged] = [freshFolder(), freshFolder(), freshFolder()];
    for (const folder of [one, gone, damaged]) {
      await beginJournal(folder);
      await trackStudy(place, folder);
    }
    await trackStudy(place, one);
    await rm(gone, { recursive: true });
    await writeFile(journalPath(damaged), 'not a journal\n');
    expect(await trackedStudies(place.folder)).toEqual([one, damaged]);
    const { synced, unsynced } = await syncTracked(database, place.folder);
    expect(synced).toMatchObject([{ applied: 1, state: 'paused' }]);
    expect(unsynced).toMatchObject([{ folder: damaged, reason: expect.stringMatching(/is not an event/) }]);
    expect(await trackedStudies(temporaryFolder('none'))).toEqual([]);
  });
});

it('the report of a finished study comes in once, with its model', async () => {
  const folder = freshFolder();
  const former = await readReport(join(formerStudyFolder, 'report.json'));
  const number = 1;
  const best = { ...former.best, trial: number, kind: 'trial' as const, name: 'trial-1' };
  const report = { ...former, best };
  await beginJournal(folder);
  const { configuration } = report.trials[number] as (typeof report.trials)[number];
  await addEvents(folder, [
    { type: 'trial-started', role: 'searched', number, configuration, elapsed: 1 },
    { type: 'trial-ended', role: 'searched', number, status: 'complete', reason: 'all epochs', elapsed: 2 },
    { type: 'finished', finishedAt: '2026-01-02T00:00:00.000Z', elapsed: 3 },
  ]);
  const { studyId } = await syncJournal(database, folder, project);
  await writeFile(join(folder, 'report.json'), JSON.stringify(report));
  await Promise.all([1, 2, 3].map(() => syncJournal(database, folder, project)));
  const models = await database.client.model.findMany({ where: { studyId } });
  expect(models).toMatchObject([{ licence: 'Apache-2.0', location: join(folder, report.files.model) }]);
  const { study } = await stored(folder);
  expect(study.report).toMatchObject({ best: { trial: number } });
  expect(study.history.filter(({ kind }) => kind === 'reported')).toHaveLength(1);
});
