import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  claimTask,
  keepProgress,
  registerWorker,
  type Capabilities,
  type ClaimedTask,
} from '@espalier/queue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCaller } from './index.js';
import { makeTeam, openTestStore, type Team, type TestStore } from './testing/store.js';

let store: TestStore;
let team: Team;
// Each test has a queue of its own.
beforeEach(async () => {
  store = await openTestStore({
    backbones: () => Promise.resolve([entryOf('vision-mini', 'image'), entryOf('text-mini', 'text')]),
  });
  team = await makeTeam(store);
});
afterEach(() => store.close());

const entryOf = (id: string, modality: 'image' | 'text') => ({
  ...{ id, modality, family: id, embedded: true, checkpoint: null, parameters: 1, there: true, bytes: null },
  licence: { spdx: 'Apache-2.0', commercialUse: 'allowed' as const },
});

const as = (role: 'viewer' | 'member') => createCaller(team.contextFor(role)).studies;

/** The next task, by a worker of this name. */
async function claimed(name: string): Promise<ClaimedTask> {
  const capabilities: Capabilities = { providers: ['cpu'], memory: 1e9, slots: 1, cached: [] };
  const id = await registerWorker(store.queue, { name, host: 'here', pid: 1 }, capabilities);
  const ticket = await store.queue.fetch();
  if (ticket === null) throw new Error('nothing waits');
  return (await claimTask(store.queue, { id, name, capabilities }, ticket)) as ClaimedTask;
}

async function makeDataset(change: object = {}): Promise<string> {
  const { id } = await store.database.client.dataset.create({
    data: {
      ...{ projectId: team.projectId, name: randomUUID(), location: '/pets', source: 'path' },
      ...change,
    },
  });
  return id;
}

describe('a study of a server', () => {
  it('is queued with all its settings, of which most have a default', async () => {
    const own = { modality: 'text', name: 'What customers wrote', options: { labelColumn: 'class' } };
    const datasetId = await makeDataset(own);
    // A dimension beside the others, as earlier versions had it, and one in the space.
    const dropout = { kind: 'choices' as const, values: [0.3] };
    const search = { budget: { trials: 3 }, freezeDepths: [1, 2], space: { dropout } };
    const { id } = await as('member').create({ datasetId, name: 'Pets', search });
    const study = await as('viewer').get({ id });
    expect(study).toMatchObject({
      ...{ name: 'Pets', state: 'queued' },
      settings: {
        ...{ command: "the study 'Pets' of a server", origin: 'server' },
        dataset: { path: '/pets', name: 'What customers wrote', labelColumn: 'class', test: 0.15 },
        backbones: ['text-mini'],
        budget: { trials: 3, epochs: 10 },
        space: {
          freezeDepth: { kind: 'choices', values: [1, 2] },
          dropout: { kind: 'choices', values: [0.3] },
        },
      },
    });
    const capabilities: Capabilities = { providers: ['cpu'], memory: 1e9, slots: 1, cached: [] };
    const worker = await registerWorker(store.queue, { name: 'one', host: 'here', pid: 1 }, capabilities);
    const ticket = await store.queue.fetch();
    const claimant = { id: worker, name: 'one', capabilities };
    expect(ticket && (await claimTask(store.queue, claimant, ticket))).toMatchObject({
      studyId: id,
      datasetId,
    });
    const shown = await createCaller(team.contextFor('viewer')).workers.list();
    expect(shown).toMatchObject([{ name: 'one', busy: 1, tasks: [{ kind: 'plan', studyName: 'Pets' }] }]);
    const found = {
      reference: 'hf:own/net',
      name: 'net',
      family: 'net',
      licence: 'MIT',
      modality: 'text',
    } as const;
    await store.database.client.backbone.create({
      data: { ...found, fingerprint: 'f', commercialUse: 'allowed', parameters: 5n, stages: 3 },
    });
    await store.database.client.trial.create({
      data: {
        ...{ studyId: id, number: 0, backbone: 'net', backboneId: 'f' },
        values: { freezeDepth: 1, learningRate: 1 },
      },
    });
    const listed = await createCaller(team.contextFor('viewer')).backbones.list();
    expect(listed).toMatchObject([
      { id: 'vision-mini', stages: null },
      { id: 'text-mini' },
      { id: 'hf:own/net', stages: 3, parameters: 5 },
    ]);
    const stranger = createCaller((await makeTeam(store)).contextFor('admin'));
    expect(await stranger.backbones.list()).toHaveLength(2);
    expect(await stranger.workers.list()).toMatchObject([{ busy: 1, tasks: [] }]);
  });

  it.each(['sampler', 'pruner'] as const)('is refused with a %s that is not there', async (option) => {
    const datasetId = await makeDataset({ modality: 'image' });
    const search = { [option]: 'halton' };
    await expect(as('member').create({ datasetId, name: 'Pets', search })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(`there is no ${option} 'halton'; there are .*`),
    });
  });

  it('says why it waits, alone and in a list', async () => {
    const datasetId = await makeDataset({ modality: 'image' });
    const search = { engine: { provider: 'cuda' } } as const;
    const { id } = await as('member').create({ datasetId, name: 'Pets', search });
    const capabilities: Capabilities = { providers: ['cpu'], memory: 1e9, slots: 1, cached: [] };
    await registerWorker(store.queue, { name: 'two', host: 'here', pid: 2 }, capabilities);
    const waitsFor = 'no worker has the provider cuda: workers have cpu';
    expect(await as('viewer').get({ id })).toMatchObject({ state: 'queued', waitsFor });
    const { items } = await as('viewer').list({});
    expect(items.find((one) => one.id === id)).toMatchObject({ waitsFor });
    await as('member').cancel({ id });
    expect(await as('viewer').get({ id })).toMatchObject({ state: 'cancelled', waitsFor: null });
  });

  it('rests, goes on and ends by members, and says what it cannot', async () => {
    const datasetId = await makeDataset({ modality: 'image' });
    const { id } = await as('member').create({ datasetId, name: 'Pets' });
    await expect(as('viewer').pause({ id })).rejects.toThrow(/needs the role member/);
    await as('member').pause({ id });
    expect((await as('viewer').get({ id })).state).toBe('paused');
    await as('member').resume({ id });
    await as('member').prioritise({ id, priority: 7 });
    await as('member').cancel({ id });
    expect((await as('viewer').get({ id })).state).toBe('cancelled');
    await expect(as('member').resume({ id })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'the study is cancelled and cannot be continued',
    });
  });

  it('says where it stands while workers are at it, and how long it may take', async () => {
    const datasetId = await makeDataset({ modality: 'image' });
    const { id } = await as('member').create({ datasetId, name: 'Pets', search: { budget: { trials: 4 } } });
    const standing = async () => (await as('viewer').get({ id })).standing;
    expect(await standing()).toEqual({ phase: null, underWay: [], ended: 0, most: 4, left: null });
    const task = await claimed('one');
    expect(await standing()).toMatchObject({
      phase: 'reading',
      underWay: [{ kind: 'plan', worker: 'one', role: null, trial: null, progress: null }],
    });
    await keepProgress(store.queue, task, { phase: 'caching', done: 10, total: 40, seconds: 5 });
    const caching = await standing();
    expect(caching).toMatchObject({ phase: 'caching', left: { of: 'phase' } });
    expect(caching.left?.seconds).toBeGreaterThan(14);
    const values = { freezeDepth: 1, learningRate: 1 };
    const trial = (number: number, state: 'complete' | 'running', seconds: number) =>
      store.database.client.trial.create({
        data: {
          ...{ studyId: id, number, state, backbone: 'net', values },
          metrics: {
            create: {
              ...{ epoch: 1, trainLoss: 1, validationLoss: 1, metrics: { accuracy: 1 }, learningRate: 1 },
              seconds,
            },
          },
        },
      });
    await trial(0, 'complete', 30);
    await trial(1, 'running', 7);
    // One of four has ended: three more at the pace of the first.
    expect(await standing()).toMatchObject({
      ...{ phase: 'training', ended: 1, most: 4 },
      left: { of: 'search', seconds: 90 },
    });
  });

  it('goes on or is deleted once it has ended, by members, and says what it cannot', async () => {
    const datasetId = await makeDataset({ modality: 'image' });
    const { id } = await as('member').create({ datasetId, name: 'Pets' });
    await expect(as('member').extend({ id, trials: 3 })).rejects.toThrow(
      /only a finished study takes more trials/,
    );
    await expect(as('member').remove({ id })).rejects.toThrow('the study is queued; cancel it before');
    await expect(as('viewer').remove({ id })).rejects.toThrow(/needs the role member/);
    const key = `studies/${id}/results/model.onnx`;
    const { blobs } = store.data;
    await blobs.put(key, new Uint8Array(3), { contentType: 'application/octet-stream' });
    const { projectId } = team;
    const { client } = store.database;
    const artifact = { projectId, key, sha256: 'x', bytes: 3n, contentType: 'application/octet-stream' };
    await client.artifact.create({ data: artifact });
    await client.model.create({ data: { projectId, studyId: id, name: 'm', location: key, licence: 'MIT' } });
    expect(await as('viewer').get({ id })).toMatchObject({
      models: [{ name: 'm' }],
      dataset: { id: datasetId },
    });
    await as('member').cancel({ id });
    await as('member').remove({ id });
    await expect(as('viewer').get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await blobs.stat(key)).toBeNull();
    expect([await client.model.count(), await client.artifact.count(), await client.task.count()]).toEqual([
      0, 0, 0,
    ]);
    // Its dataset stays, and may go now.
    await createCaller(team.contextFor('member')).datasets.remove({ id: datasetId });
  });

  it('does not go on once its deletion has begun', async () => {
    const datasetId = await makeDataset({ modality: 'image' });
    const { id } = await as('member').create({ datasetId, name: 'Pets' });
    const { study } = store.database.client;
    await study.update({ where: { id }, data: { state: 'finished' } });
    const list = vi.spyOn(store.data.blobs, 'list').mockImplementationOnce(async function* () {
      await expect(as('member').extend({ id, trials: 1 })).rejects.toThrow(/the study is cancelled/);
      yield* [];
    });
    await as('member').remove({ id });
    expect(list).toHaveBeenCalledOnce();
    expect(await study.count({ where: { id } })).toBe(0);
  });

  it('of a folder that is gone is deleted wherever it stood', async () => {
    const data = { projectId: team.projectId, name: 'Pets', state: 'running', settings: {} } as const;
    const { study } = store.database.client;
    const here = { host: hostname(), folder: join(store.folder, 'gone') };
    const { id } = await study.create({ data: { ...data, ...here } });
    expect(await as('viewer').get({ id })).toMatchObject({ state: 'running', removable: true });
    await as('member').remove({ id });
    expect(await study.count({ where: { id } })).toBe(0);
    // Of another machine nobody here knows whether its folder is there.
    const other = await study.create({ data: { ...data, host: 'elsewhere', folder: here.folder } });
    expect(await as('viewer').get({ id: other.id })).toMatchObject({ removable: false });
    await expect(as('member').remove({ id: other.id })).rejects.toThrow(/the study is running/);
  });

  it('is not deleted while its folder would bring it back', async () => {
    const folder = join(store.folder, 'search');
    mkdirSync(folder);
    writeFileSync(join(folder, 'study.jsonl'), '');
    const { id } = await store.database.client.study.create({
      data: {
        ...{ projectId: team.projectId, name: 'Pets', state: 'finished', settings: {} },
        ...{ host: hostname(), folder },
      },
    });
    expect(await as('viewer').get({ id })).toMatchObject({ removable: false });
    await expect(as('member').remove({ id })).rejects.toThrow(/delete that folder first/);
    rmSync(folder, { recursive: true });
    await as('member').remove({ id });
    expect(await store.database.client.study.count({ where: { id } })).toBe(0);
  });

  it.each([
    ['a path as a backbone', { backbones: ['/etc/passwd'] }],
    ['a way out of a hub', { backbones: ['hf:a/..'] }],
    ['an empty range', { learningRate: { kind: 'logUniform', low: 1, high: 0.1 } }],
    ['no epochs', { budget: { epochs: 0 } }],
    ['what is not known', { dataset: { path: '/etc' } }],
  ])('is refused with %s', async (_, search) => {
    const datasetId = await makeDataset({ modality: 'image' });
    const before = await store.database.client.study.count();
    const asked = { datasetId, name: 'Pets', search: search as object };
    await expect(as('member').create(asked)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await store.database.client.study.count()).toBe(before);
  });

  it('says what is missing where nobody knows what the dataset holds', async () => {
    const datasetId = await makeDataset();
    await expect(as('member').create({ datasetId, name: 'Pets' })).rejects.toThrow(/inspect it first/);
  });
});
