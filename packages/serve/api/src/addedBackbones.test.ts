import { mkdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCaller, type BackboneFacts } from './index.js';
import { makeTeam, openTestStore, type Team, type TestStore } from './testing/store.js';

const facts: BackboneFacts = {
  family: 'onnx-file',
  modality: 'image',
  licence: { spdx: 'unknown', commercialUse: 'unknown' },
  pinned: null,
  bytes: 1000,
  network: { parameters: 10, stages: 3, width: 4, freezeDepths: [0, 3], notes: ['it is small'] },
};
const COMMIT = 'c'.repeat(40);

/** Result of inspecting a backbone; tests change it. */
let inspect: (place: string) => Promise<BackboneFacts> = () => Promise.resolve(facts);
const inspected: string[] = [];
let store: TestStore;
let team: Team;
beforeAll(async () => {
  store = await openTestStore({
    inspectBackbone: (place) => {
      inspected.push(place);
      return inspect(place);
    },
    isThere: (reference) => Promise.resolve(reference.includes('cached')),
    backbones: () =>
      Promise.resolve([
        {
          ...{ id: 'vision-mini', family: 'mini', modality: 'image', embedded: true, checkpoint: null },
          ...{ licence: facts.licence, parameters: 1, there: true, bytes: null },
        },
      ]),
  });
  team = await makeTeam(store);
  mkdirSync(join(store.folder, 'data'), { recursive: true });
  writeFileSync(join(store.folder, 'data', 'net.onnx'), 'a network');
});
afterAll(() => store.close());

const as = (role: 'viewer' | 'member') => createCaller(team.contextFor(role));
const add = (name: string, reference: string) =>
  as('member').backbones.add({ projectId: team.projectId, name, reference });
const rowOf = async (id: string) => (await as('viewer').backbones.added({})).find((one) => one.id === id);
const becomes = (id: string, state: string) =>
  expect.poll(async () => (await rowOf(id))?.state, { timeout: 60_000 }).toBe(state);

async function upload(name: string, content = Buffer.from('a network')): Promise<string> {
  const { id } = await as('member').backbones.beginUpload({
    ...{ projectId: team.projectId, name, bytes: content.length },
  });
  const row = await store.data.uploads.find(id, team.organizationId);
  if (row === null) throw new Error('the upload is gone');
  await store.data.uploads.putPart(row, 0, content, { bytes: content.length });
  return id;
}

/** A study of the project that names a backbone. */
const studyOf = async (reference: string): Promise<{ readonly id: string }> =>
  store.database.client.study.create({
    data: { projectId: team.projectId, name: 'S', settings: { backbones: ['vision-mini', reference] } },
  });

describe('a network that is added', () => {
  it('of a hub stays at the commit that was inspected, and says whether it has to be fetched', async () => {
    const pinned = `hf:team/cached@${COMMIT}#model.onnx`;
    inspect = () => Promise.resolve({ ...facts, pinned, network: null });
    const { id } = await add('team/cached', 'text-bert=hf:team/cached');
    await becomes(id, 'ready');
    expect(await rowOf(id)).toMatchObject({
      ...{ name: 'team/cached', source: 'hub', reference: `added:${id}`, there: true, studies: 0 },
      ...{ place: `text-bert=${pinned}`, facts: { bytes: 1000, network: null } },
    });
    expect(inspected.at(-1)).toBe('text-bert=hf:team/cached');
    inspect = () => Promise.resolve(facts);
  });

  it('says why it cannot be used, and makes room for another of its name', async () => {
    inspect = () => Promise.reject(new Error('there is no team/none@main on the hub; check the name'));
    const { id } = await add('none', 'hf:team/none');
    await becomes(id, 'failed');
    expect((await rowOf(id))?.reason).toMatch(/there is no team\/none@main/);
    inspect = () => Promise.resolve(facts);
    const next = await add('none', 'hf:team/some');
    await becomes(next.id, 'ready');
    expect(await rowOf(id)).toBeUndefined();
    await expect(add('none', 'hf:team/other')).rejects.toThrow(/in the project there is a backbone 'none'/);
    await expect(add('vision-mini', 'hf:team/other')).rejects.toThrow(/there is a backbone 'vision-mini'/);
  });

  it('lies on the server only where the server may read', async () => {
    const path = join(store.folder, 'data', 'net.onnx');
    const { id } = await add('from-path', path);
    await becomes(id, 'ready');
    expect(inspected.at(-1)).toBe(path);
    await expect(add('other', '/etc/passwd')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(add('other', 'vision-resnet=/etc')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(add('other', 'net.onnx')).rejects.toThrow(/not absolute/);
    await expect(add('other', 'hf:team/../x')).rejects.toThrow(
      /does not name a model of the Hugging Face hub/,
    );
    writeFileSync(join(store.folder, 'data', 'words.txt'), 'words');
    await expect(add('other', join(store.folder, 'data', 'words.txt'))).rejects.toThrow(
      /is not a backbone; give an \.onnx file/,
    );
  });

  it('comes as an upload, once, and nothing of where it lies is told', async () => {
    inspect = (place) => Promise.reject(new Error(`${place} is no ONNX file; export it again`));
    const id = await upload('net.onnx');
    await expect(as('member').datasets.completeUpload({ id, name: 'x' })).rejects.toThrow(/no such upload/);
    const made = await as('member').backbones.completeUpload({ id, name: 'own' });
    await becomes(made.id, 'failed');
    expect((await rowOf(made.id))?.reason).toBe('own is no ONNX file; export it again');
    inspect = () => Promise.resolve(facts);
    await as('member').backbones.inspect({ id: made.id });
    await becomes(made.id, 'ready');
    expect(await rowOf(made.id)).toMatchObject({ source: 'upload', place: null, there: true, facts });
    await expect(upload('net.pt')).rejects.toThrow(/give an \.onnx file, or a \.zip/);
    await as('member').backbones.remove({ id: made.id });
    expect(await store.database.client.artifact.count({ where: { projectId: team.projectId } })).toBe(0);
  });

  it('is one where two say at once that its upload is whole', async () => {
    const id = await upload('net.onnx', Buffer.from('a network of two tabs'));
    const complete = () => as('member').backbones.completeUpload({ id, name: 'twice' });
    const [one, other] = await Promise.all([complete(), complete()]);
    expect(one).toEqual(other);
    await becomes(one.id, 'ready');
    await as('member').backbones.remove(one);
  });

  it('is inspected again only where the server may still read it', async () => {
    const place = join(store.folder, 'data', 'later');
    mkdirSync(place);
    const { id } = await add('later', `text-bert=${place}`);
    await becomes(id, 'ready');
    await as('member').backbones.inspect({ id });
    await becomes(id, 'ready');
    rmdirSync(place);
    mkdirSync(join(store.folder, 'secret'));
    symlinkSync(join(store.folder, 'secret'), place);
    const before = inspected.length;
    await expect(as('member').backbones.inspect({ id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(inspected).toHaveLength(before);
  });

  it('is not inspected for ever where what it says of itself cannot be stored', async () => {
    inspect = () => Promise.reject(new Error('there is no node "a\0b\ud800"'));
    const { id } = await add('odd', 'hf:team/odd');
    await becomes(id, 'failed');
    expect((await rowOf(id))?.reason).toBe('there is no node "ab\ufffd"');
    const network = { ...facts.network, notes: ['its node a\0b is left out'] } as BackboneFacts['network'];
    inspect = () => Promise.resolve({ ...facts, network });
    await as('member').backbones.inspect({ id });
    await becomes(id, 'ready');
    expect((await rowOf(id))?.facts?.network?.notes).toEqual(['its node ab is left out']);
    inspect = () => Promise.resolve(facts);
  });

  it('can be inspected again where the store failed meanwhile', async () => {
    const { id } = await add('unlucky', 'hf:team/unlucky');
    await becomes(id, 'ready');
    const update = vi.spyOn(store.database.client.addedBackbone, 'updateMany');
    onTestFinished(() => update.mockRestore());
    update.mockRejectedValueOnce(new Error('the store is gone'));
    await expect(as('member').backbones.inspect({ id })).rejects.toThrow('the store is gone');
    const before = inspected.length;
    await as('member').backbones.inspect({ id });
    await becomes(id, 'ready');
    expect(inspected).toHaveLength(before + 1);
  });

  it('stays while a study names it', async () => {
    const { id } = await add('used', 'hf:team/used');
    await becomes(id, 'ready');
    const study = await studyOf(`added:${id}`);
    expect((await rowOf(id))?.studies).toBe(1);
    await expect(as('member').backbones.remove({ id })).rejects.toThrow(/studies use the backbone/);
    await store.database.client.study.delete({ where: { id: study.id } });
    await as('member').backbones.remove({ id });
    expect(await rowOf(id)).toBeUndefined();
  });

  it('is for members to add, and for studies of its own project that can use it', async () => {
    const asked = { projectId: team.projectId, name: 'x', reference: 'hf:team/x' };
    await expect(as('viewer').backbones.add(asked)).rejects.toThrow(/needs the role member/);
    const dataset = await store.database.client.dataset.create({
      data: { projectId: team.projectId, name: 'Pets', location: '/pets', modality: 'image' },
    });
    const create = (reference: string) =>
      as('member').studies.create({
        ...{ datasetId: dataset.id, name: 'S', search: { backbones: [reference] } },
      });
    const { id } = await add('good', 'hf:team/good');
    await becomes(id, 'ready');
    const study = await create(`added:${id}`);
    const row = await store.database.client.study.findUniqueOrThrow({ where: { id: study.id } });
    expect(row.settings).toMatchObject({ backbones: [`added:${id}`] });
    inspect = () => Promise.reject(new Error('it has no picture'));
    const bad = await add('bad', 'hf:team/bad');
    await becomes(bad.id, 'failed');
    await expect(create(`added:${bad.id}`)).rejects.toThrow(/'bad' cannot be used: it has no picture/);
    const other = await makeTeam(store);
    const theirs = await store.database.client.addedBackbone.create({
      data: { projectId: other.projectId, name: 'net', source: 'hub', location: 'hf:a/b', state: 'ready' },
    });
    await expect(create(`added:${theirs.id}`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(create('added:../../etc')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
