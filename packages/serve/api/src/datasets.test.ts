import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Inspection, inspectInChild } from '@espalier/datasets';
import { writePictures } from '@espalier/data/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInspections } from './data/inspections.js';
import { createCaller } from './index.js';
import { makeStudy, makeTeam, openTestStore, type Team, type TestStore } from './testing/store.js';

const members = Array.from({ length: 30 }, (_, i) => ({
  id: `${i % 2 === 0 ? 'cat' : 'dog'}/${i}.png`,
  split: (['train', 'validation', 'test'] as const)[i % 3] as 'train',
  label: i % 2,
}));
const inspection: Inspection = {
  members,
  summary: {
    version: 1,
    modality: 'image',
    classes: ['cat', 'dog'],
    labelsFrom: 'the names of the sub-folders',
    examples: 30,
    splits: { train: [5, 5], validation: [5, 5], test: [5, 5] },
    corrupt: { count: 0, first: [] },
    leaks: { count: 0, nearest: [] },
    imbalance: null,
    notes: [],
    hash: 'abc',
    map: { backbone: 'vision-mini', points: [] },
  },
};

/** Ends when a test lets it. */
let answer: () => Promise<Inspection> = () => Promise.resolve(inspection);
const inspected: string[] = [];
const inspect: typeof inspectInChild = async (path, _, hooks) => {
  inspected.push(path);
  hooks?.onProgress?.({ phase: 'reading', done: 1, total: 30 });
  return answer();
};

let store: TestStore;
let team: Team;
beforeAll(async () => {
  store = await openTestStore({ inspect });
  team = await makeTeam(store);
  mkdirSync(join(store.folder, 'data'), { recursive: true });
  await writePictures(join(store.folder, 'data', 'pets'), 5);
});
afterAll(() => store.close());

const as = (one: Team, role: 'viewer' | 'member' | 'admin' = 'member') => createCaller(one.contextFor(role));
const register = (name: string, path = join(store.folder, 'data', 'pets')) =>
  as(team).datasets.register({ projectId: team.projectId, name, path });
const stateOf = async (id: string) => (await as(team).datasets.get({ id })).state;

describe('datasets', () => {
  it('are registered where the server may read, once under a name, by members', async () => {
    const { id } = await register('Pets');
    await expect(register('Pets')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(register('Other', '/etc')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(register('Other', join(store.folder, 'data', 'none'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(register('Other', 'data')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const wrong = { projectId: team.projectId, name: 'Laid', path: join(store.folder, 'data', 'none') };
    await expect(as(team).datasets.register({ ...wrong, options: { layout: 'coco' } })).rejects.toMatchObject(
      {
        code: 'BAD_REQUEST',
        message: "layout: there is no layout 'coco'; there are table-folder, media-folder, table",
      },
    );
    const viewer = as(team, 'viewer').datasets;
    await expect(viewer.register({ projectId: team.projectId, name: 'x', path: '/x' })).rejects.toMatchObject(
      { code: 'FORBIDDEN' },
    );
    const path = join(store.folder, 'data', 'pets');
    expect(await viewer.get({ id })).toMatchObject({
      name: 'Pets',
      state: 'registered',
      path,
      summary: null,
    });
    expect((await viewer.list({ search: 'pe' })).items).toMatchObject([{ id, studies: 0 }]);
    expect((await viewer.list({ search: '%' })).items).toEqual([]);
    await expect(viewer.samples({ id })).rejects.toThrow(/inspect it first/);
  });

  it('are looked into one after the other, and say how far it is and what came of it', async () => {
    let finish: (found: Inspection) => void = () => undefined;
    answer = () => new Promise((resolve) => (finish = resolve));
    const [{ id }, other] = [await register('First'), await register('Second')];
    inspected.length = 0;
    await as(team).datasets.inspect({ id });
    await as(team).datasets.inspect({ id });
    await as(team).datasets.inspect({ id: other.id });
    await expect.poll(() => inspected.length).toBe(1);
    expect(await as(team).datasets.get({ id })).toMatchObject({
      state: 'inspecting',
      progress: { done: 1, total: 30 },
    });
    finish(inspection);
    await expect.poll(() => stateOf(id)).toBe('ready');
    expect(await as(team).datasets.get({ id })).toMatchObject({
      modality: 'image',
      summary: inspection.summary,
      progress: null,
    });
    await expect.poll(() => inspected.length).toBe(2);
    answer = () => Promise.reject(new Error('the files are gone'));
    finish(inspection);
    await expect.poll(() => stateOf(other.id)).toBe('ready');
    await as(team).datasets.inspect({ id: other.id });
    await expect
      .poll(() => as(team).datasets.get({ id: other.id }))
      .toMatchObject({
        state: 'failed',
        reason: 'the files are gone',
      });
  });

  it('are looked into again by the next server, a few times, where one ends or dies meanwhile', async () => {
    const { id } = await register('Interrupted');
    let finish: (found: Inspection) => void = () => undefined;
    answer = () => new Promise((resolve) => (finish = resolve));
    const { database, data, folder } = store;
    const again = () =>
      createInspections({
        ...{ database, inspect, policy: data.policy, blobs: data.blobs, folder: join(folder, 'cache') },
        onFailure: (error) => {
          throw error;
        },
      });
    const row = () => database.client.dataset.findUniqueOrThrow({ where: { id } });
    const interrupted: typeof inspectInChild = (_, __, hooks) =>
      new Promise((_resolve, reject) =>
        hooks?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    // A server that ends in order leaves it as it is, for the next one.
    const ending = createInspections({
      ...{ database, policy: data.policy, blobs: data.blobs, folder: join(folder, 'cache') },
      ...{ inspect: interrupted, onFailure: () => undefined },
    });
    await ending.begin(
      await database.client.dataset.findUniqueOrThrow({
        where: { id },
        include: { project: { select: { organizationId: true } } },
      }),
    );
    await expect.poll(async () => (await row()).looks).toBe(1);
    await ending.close();
    expect(await row()).toMatchObject({ state: 'inspecting', looks: 0 });
    inspected.length = 0;
    const next = again();
    await expect.poll(() => inspected.length).toBe(1);
    expect(await row()).toMatchObject({ state: 'inspecting', looks: 1 });
    finish(inspection);
    await expect.poll(() => stateOf(id)).toBe('ready');
    await next.close();
    // One that every server dies of is given up.
    await database.client.dataset.update({ where: { id }, data: { state: 'inspecting', looks: 3 } });
    const last = again();
    await expect.poll(() => stateOf(id)).toBe('failed');
    expect(await row()).toMatchObject({
      reason: expect.stringContaining('the server died 3 times'),
      looks: 0,
    });
    await last.close();
    expect(inspected).toHaveLength(1);
  });

  it('give their examples by class and split, a page at a time', async () => {
    answer = () => Promise.resolve(inspection);
    const { id } = await register('Samples');
    await as(team).datasets.inspect({ id });
    await expect.poll(() => stateOf(id)).toBe('ready');
    const viewer = as(team, 'viewer').datasets;
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof viewer.samples>> = await viewer.samples({
        id,
        label: 1,
        limit: 4,
        cursor,
      });
      expect(page.total).toBe(15);
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(members.filter(({ label }) => label === 1).map((member) => member.id));
    expect((await viewer.samples({ id, split: 'test', label: 0 })).total).toBe(5);
  });

  it('stay while studies use them, and go with what was kept of them', async () => {
    answer = () => Promise.resolve(inspection);
    const { id } = await register('Used');
    await as(team).datasets.inspect({ id });
    await expect.poll(() => stateOf(id)).toBe('ready');
    const study = await makeStudy(store.database, team.projectId);
    await store.database.client.study.update({ where: { id: study.id }, data: { datasetId: id } });
    await expect(as(team).datasets.remove({ id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await store.database.client.study.delete({ where: { id: study.id } });
    await as(team).datasets.remove({ id });
    await expect(as(team).datasets.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const kept: string[] = [];
    for await (const { key } of store.data.blobs.list('')) kept.push(key);
    expect(kept.filter((key) => key.includes(id))).toEqual([]);
  });
});

describe('uploads', () => {
  it('become a dataset, once, and their parts go', async () => {
    const content = Buffer.from('label,text\na,hello\n');
    const { id } = await as(team).datasets.beginUpload({
      projectId: team.projectId,
      name: 'texts.csv',
      bytes: content.length,
    });
    await expect(as(team).datasets.completeUpload({ id, name: 'Texts' })).rejects.toThrow(/are missing/);
    const upload = await store.data.uploads.find(id, team.organizationId);
    if (upload === null) throw new Error('the upload is gone');
    await store.data.uploads.putPart(upload, 0, content, { bytes: content.length });
    expect(await as(team).datasets.uploadStatus({ id })).toMatchObject({ parts: 1, there: [0] });
    await register('Taken');
    await expect(as(team).datasets.completeUpload({ id, name: 'Taken' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const both = await Promise.allSettled(
      [1, 2].map(() => as(team).datasets.completeUpload({ id, name: 'Texts' })),
    );
    const made = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
    expect(new Set(made).size).toBe(1);
    expect(await as(team).datasets.get({ id: made[0] as string })).toMatchObject({
      source: 'upload',
      path: null,
    });
    await expect(as(team).datasets.uploadStatus({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await as(team).datasets.remove({ id: made[0] as string });
    expect(await store.database.client.artifact.count({ where: { projectId: team.projectId } })).toBe(0);
  });
});
