import { createLimits } from '@espalier/auth';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { submitStudy } from '@espalier/queue';
import { headerOf } from '@espalier/study/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appRouter, createCaller, pruneAudit, type Role } from './index.js';
import {
  joinTeam,
  makeStudy,
  makeTeam,
  openTestStore,
  type Team,
  type TestMember,
  type TestStore,
} from './testing/store.js';

let store: TestStore;
let team: Team;
let admin: TestMember;
let member: TestMember;
beforeAll(async () => {
  const [embedded, licence] = [true, { spdx: 'MIT', commercialUse: 'allowed' }] as const;
  const entry = { id: 'net', family: 'net', modality: 'text', embedded, licence } as const;
  store = await openTestStore({
    inspect: () => Promise.reject(new Error('not here')),
    backbones: () =>
      Promise.resolve([{ ...entry, checkpoint: null, parameters: 1, there: true, bytes: null }]),
  });
  mkdirSync(join(store.folder, 'data'), { recursive: true });
  writeFileSync(join(store.folder, 'data', 'texts.csv'), 'text,label\na,b\n');
});
beforeEach(async () => {
  team = await makeTeam(store);
  admin = await joinTeam(store.database, team, 'admin');
  member = await joinTeam(store.database, team, 'member');
});
afterAll(() => store.close());

const as = ({ context }: TestMember) => createCaller(context);

describe('members', () => {
  it('are listed, given roles and removed by admins, with their keys', async () => {
    const { key } = await as(member).keys.create({ name: 'CI', role: 'viewer', days: null });
    expect(key).toMatch(/^esp_/);
    expect((await as(member).members.list({})).items).toMatchObject([
      { id: admin.memberId, name: 'A admin', role: 'admin' },
      { id: member.memberId, name: 'A member', role: 'member' },
    ]);
    await expect(as(member).members.setRole({ id: member.memberId, role: 'admin' })).rejects.toThrow(
      /needs the role admin/,
    );
    await as(admin).members.setRole({ id: member.memberId, role: 'viewer' });
    await as(admin).members.remove({ id: member.memberId });
    expect((await as(admin).members.list({})).items).toHaveLength(1);
    expect((await as(admin).keys.list({})).items).toEqual([]);
    await expect(as(admin).members.remove({ id: member.memberId })).rejects.toThrow(/no such member/);
  });

  it('always have an admin, also where two go at the same time', async () => {
    const last = { id: admin.memberId };
    await expect(as(admin).members.remove(last)).rejects.toThrow(/last admin/);
    await expect(as(admin).members.setRole({ ...last, role: 'member' })).rejects.toThrow(/last admin/);
    await as(admin).members.setRole({ ...last, role: 'admin' });
    const other = await joinTeam(store.database, team, 'admin');
    const gone = await Promise.allSettled([
      as(admin).members.remove(last),
      as(admin).members.setRole({ id: other.memberId, role: 'viewer' }),
    ]);
    expect(gone.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { organizationId } = team;
    expect(await store.database.client.member.count({ where: { organizationId, role: 'admin' } })).toBe(1);
  });

  it('are invited by admins, by an address each, until it is withdrawn', async () => {
    const invite = { email: 'New@Example.org', role: 'member' } as const;
    await expect(as(member).members.invite(invite)).rejects.toThrow(/needs the role admin/);
    const { id } = await as(admin).members.invite(invite);
    expect((await as(admin).members.invitations({})).items).toMatchObject([
      { id, email: 'new@example.org', role: 'member', inviter: 'A admin' },
    ]);
    await as(admin).members.cancelInvitation({ id });
    expect((await as(admin).members.invitations({})).items).toEqual([]);
    await expect(as(admin).members.cancelInvitation({ id })).rejects.toThrow(/no such invitation/);
    const [known] = (await as(admin).members.list({})).items;
    await expect(as(admin).members.invite({ ...invite, email: known?.email ?? '' })).rejects.toThrow(
      /is a member already/,
    );
    await expect(createCaller(team.contextFor('admin')).members.invite(invite)).rejects.toThrow(/--team/);
  });
});

describe('a password', () => {
  it('is set anew by a link of an admin who gets into nothing else by it', async () => {
    const { token } = await as(admin).members.resetPassword({ id: member.memberId });
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(await as(admin).audit.list({}))).not.toContain(token);
    const { access } = admin.context;
    const byKey = { ...admin.context, access: access && { ...access, keyId: 'key' } };
    await expect(createCaller(byKey).members.resetPassword({ id: member.memberId })).rejects.toThrow(
      /only a signed-in admin can do this, not a key/,
    );
    const other = await makeTeam(store);
    const { organizationId } = other;
    await store.database.client.member.create({ data: { organizationId, userId: member.userId } });
    await expect(as(admin).members.resetPassword({ id: member.memberId })).rejects.toThrow(
      /also belongs to another organisation/,
    );
  });
});

it('a key makes nobody an admin', async () => {
  const { access } = admin.context;
  const byKey = createCaller({ ...admin.context, access: access && { ...access, keyId: 'key' } });
  const refused = /only a signed-in admin can make somebody an admin, not a key/;
  await expect(byKey.members.setRole({ id: member.memberId, role: 'admin' })).rejects.toThrow(refused);
  await expect(byKey.members.invite({ email: 'eve@example.org', role: 'admin' })).rejects.toThrow(refused);
  await byKey.members.setRole({ id: member.memberId, role: 'viewer' });
  await byKey.members.setRole({ id: member.memberId, role: 'member' });
});

describe('keys', () => {
  it('have the role of who makes them at most, and are made by people', async () => {
    const wanted = { name: 'CI', days: 1 } as const;
    await expect(as(member).keys.create({ ...wanted, role: 'admin' })).rejects.toThrow(/your own role/);
    const { id, key } = await as(member).keys.create({ ...wanted, role: 'member' });
    const { access } = admin.context;
    const byKey = createCaller({ ...admin.context, access: access && { ...access, keyId: id } });
    await expect(byKey.keys.create({ ...wanted, role: 'viewer' })).rejects.toThrow(
      /only a signed-in person can create a key/,
    );
    const [row] = (await as(member).keys.list({})).items;
    expect(row).toMatchObject({ id, name: 'CI', start: key.slice(0, 10), role: 'member', owner: 'A member' });
    expect(Date.parse(row?.expiresAt ?? '') - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(JSON.stringify(row)).not.toContain(key);
  });

  it('are seen and revoked by their owner and by admins', async () => {
    const own = await as(member).keys.create({ name: 'own', role: 'member', days: null });
    const theirs = await as(admin).keys.create({ name: 'theirs', role: 'admin', days: null });
    expect((await as(member).keys.list({})).items.map(({ name }) => name)).toEqual(['own']);
    expect((await as(admin).keys.list({})).items.map(({ name }) => name)).toEqual(['theirs', 'own']);
    await expect(as(member).keys.revoke({ id: theirs.id })).rejects.toThrow(/no such key/);
    await as(admin).keys.revoke({ id: own.id });
    expect((await as(member).keys.list({})).items).toEqual([]);
  });
});

/** Input of each mutation in the tests below; a new mutation needs an entry. */
const tablePath = (): string => join(store.folder, 'data', 'texts.csv');

async function rowOfDataset(): Promise<string> {
  const { id } = await store.database.client.dataset.create({
    data: { projectId: team.projectId, name: randomUUID(), source: 'path', location: tablePath() },
  });
  return id;
}

async function makeWork(): Promise<{ id: string }> {
  const datasetId = await rowOfDataset();
  const { settings } = headerOf(new Date().toISOString());
  return {
    id: await submitStudy(store.queue, { projectId: team.projectId, datasetId, name: 'S', settings }),
  };
}

const part = Buffer.from('text,label\na,b\n');

async function makeUpload(change: { purpose?: 'backbone'; name?: string } = {}): Promise<string> {
  const asked = { projectId: team.projectId, name: 'texts.csv', bytes: part.length, ...change };
  const { id } = await store.data.uploads.begin(asked);
  const upload = await store.data.uploads.find(id, team.organizationId);
  if (upload === null) throw new Error('the upload is gone');
  await store.data.uploads.putPart(upload, 0, part, { bytes: part.length });
  return id;
}

/** A finished study that has something left to try. */
async function makeEnded(): Promise<{ readonly id: string }> {
  const { id } = await makeWork();
  const rates = { kind: 'choices', values: [0.1] };
  const space = {
    backbones: [{ id: 'vision-mini', ranges: { freezeDepth: { kind: 'choices', values: [1] } } }],
    ranges: { learningRate: rates },
  };
  const plan = { data: 'data', models: [], probes: [], trainable: [], memory: 0 };
  await store.database.client.study.update({ where: { id }, data: { state: 'finished', space, plan } });
  return { id };
}

async function rowOfBackbone(): Promise<string> {
  const { id } = await store.database.client.addedBackbone.create({
    data: { projectId: team.projectId, name: randomUUID(), source: 'hub', location: 'hf:team/net' },
  });
  return id;
}

const changes: Record<string, () => Promise<object>> = {
  'backbones.add': async () => ({ projectId: team.projectId, name: 'net-2', reference: 'hf:team/net' }),
  'backbones.beginUpload': async () => ({ projectId: team.projectId, name: 'net.onnx', bytes: 3 }),
  'backbones.completeUpload': async () => ({
    id: await makeUpload({ purpose: 'backbone', name: 'net.onnx' }),
    name: 'net-3',
  }),
  'backbones.inspect': async () => ({ id: await rowOfBackbone() }),
  'backbones.remove': async () => ({ id: await rowOfBackbone() }),
  'backbones.check': async () => ({ id: 'net' }),
  'datasets.register': async () => ({
    ...{ projectId: team.projectId, name: 'Texts', path: tablePath() },
  }),
  'datasets.rename': async () => ({ id: await rowOfDataset(), name: 'Other' }),
  'datasets.remove': async () => ({ id: await rowOfDataset() }),
  'datasets.beginUpload': async () => ({ projectId: team.projectId, name: 'texts.csv', bytes: 3 }),
  'datasets.completeUpload': async () => ({ id: await makeUpload(), name: 'Texts' }),
  'datasets.inspect': async () => ({ id: await rowOfDataset() }),
  'studies.create': async () => ({
    ...{ datasetId: await rowOfDataset(), name: 'Study', search: { backbones: ['text-mini'] } },
  }),
  'studies.pause': makeWork,
  'studies.resume': makeWork,
  'studies.cancel': makeWork,
  'studies.prioritise': async () => ({ ...(await makeWork()), priority: 3 }),
  'studies.extend': async () => ({ ...(await makeEnded()), trials: 3 }),
  'studies.remove': makeEnded,
  'projects.create': async () => ({ name: 'Birds', slug: 'birds' }),
  'projects.setQuota': async () => ({ id: team.projectId, quota: 2 }),
  'projects.setUploadLimit': async () => ({ id: team.projectId, bytes: 10 ** 12 }),
  'studies.rename': async () => ({
    id: (await makeStudy(store.database, team.projectId)).id,
    name: 'Other',
  }),
  'members.setRole': async () => ({ id: member.memberId, role: 'viewer' }),
  'members.remove': async () => ({ id: member.memberId }),
  'members.resetPassword': async () => ({ id: member.memberId }),
  'members.invite': async () => ({ email: 'guest@example.org', role: 'viewer' }),
  'members.cancelInvitation': async () => ({
    id: (await as(admin).members.invite({ email: 'guest@example.org', role: 'viewer' })).id,
  }),
  'keys.create': async () => ({ name: 'CI', role: 'viewer', days: null }),
  'keys.revoke': async () => ({
    id: (await as(member).keys.create({ name: 'CI', role: 'viewer', days: null })).id,
  }),
};

const procedures: Readonly<Record<string, { readonly _def: { readonly type: string } }>> = Object.fromEntries(
  Object.entries(appRouter._def.procedures).map(([path, procedure]) => [path, procedure as never]),
);
const mutations = Object.keys(procedures).filter((path) => procedures[path]?._def.type === 'mutation');

/** A mutation by its path, called without its types. */
async function change(by: TestMember, path: string, input: object): Promise<unknown> {
  const caller = as(by) as unknown as Record<string, Record<string, (input: object) => Promise<unknown>>>;
  const [area = '', name = ''] = path.split('.');
  return caller[area]?.[name]?.(input);
}

describe('every mutation', () => {
  it('is in the list', () => {
    expect(Object.keys(changes).sort()).toEqual([...mutations].sort());
  });

  it.each(mutations)('%s is written down, and nothing where it fails', async (path) => {
    const input = (await changes[path]?.()) as object;
    const { organizationId } = team;
    const where = { organizationId, action: path };
    const viewer = await joinTeam(store.database, team, 'viewer');
    await expect(change(viewer, path, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change(admin, path, { id: 'wrong' })).rejects.toThrow();
    expect(await store.database.client.auditEntry.count({ where })).toBe(0);
    const context = { ...admin.context, address: '203.0.113.1' };
    const output = await change({ ...admin, context }, path, input);
    const [row, ...more] = await store.database.client.auditEntry.findMany({ where });
    expect(more).toEqual([]);
    expect(row).toMatchObject({ userId: admin.userId, keyId: null, data: input, address: '203.0.113.1' });
    expect(row?.target).toBe((input as { id?: string }).id ?? (output as { id?: string }).id);
    const [shown] = (await as(admin).audit.list({})).items;
    expect(shown).toMatchObject({ action: path, userName: 'A admin', keyName: null });
  });
});

describe('the audit log', () => {
  it('keeps no key that was made, and is for admins alone', async () => {
    const { key } = await as(member).keys.create({ name: 'CI', role: 'member', days: null });
    expect(JSON.stringify(await as(admin).audit.list({}))).not.toContain(key);
    await expect(as(member).audit.list({})).rejects.toThrow(/needs the role admin/);
  });

  it('comes in pages, newest first', async () => {
    for (let i = 0; i < 5; i++) await as(admin).projects.create({ name: `${i}`, slug: `p${i}` });
    const first = await as(admin).audit.list({ limit: 3 });
    const rest = await as(admin).audit.list({ limit: 3, cursor: first.next });
    const names = [...first.items, ...rest.items].map(({ data }) => (data as { name: string }).name);
    expect(names).toEqual(['4', '3', '2', '1', '0']);
    expect(rest.next).toBeNull();
  });

  it('is kept for as long as is asked, and no longer', async () => {
    const { organizationId } = team;
    const day = 24 * 3_600_000;
    for (const age of [1, 399, 401, 4000]) {
      const createdAt = new Date(Date.now() - age * day);
      const data = { organizationId, action: `${age} days ago`, createdAt };
      await store.database.client.auditEntry.create({ data });
    }
    expect(await pruneAudit(store.database, 400)).toBe(2);
    const { items } = await as(admin).audit.list({});
    expect(items.map(({ action }) => action)).toEqual(['1 days ago', '399 days ago']);
  });

  it('does not undo what is done where it cannot be written', async () => {
    const failures: string[] = [];
    const broken = { ...store.database.client, auditEntry: {} } as never;
    const client = new Proxy(store.database.client, {
      get: (target, name) => (name === 'auditEntry' ? broken : Reflect.get(target, name)),
    });
    const context = {
      ...admin.context,
      database: { ...store.database, client },
      onFailure: (_: unknown, path: string) => failures.push(path),
    };
    await createCaller(context).projects.create({ name: 'Birds', slug: 'birds' });
    expect(failures).toEqual(['projects.create']);
  });
});

describe('a session', () => {
  const ask = (signIn?: { oidc: boolean; userId: string | null }, access = admin.context.access) =>
    createCaller({ ...admin.context, access, ...(signIn !== undefined && { signIn }) }).session.get();

  it('says who is signed in, and where', async () => {
    expect(await ask()).toEqual({ mode: 'single' });
    expect(await ask({ oidc: true, userId: admin.userId })).toMatchObject({
      mode: 'team',
      oidc: true,
      empty: false,
      user: { id: admin.userId, name: 'A admin' },
      organization: { id: team.organizationId },
      role: 'admin',
      organizations: [{ id: team.organizationId }],
    });
    expect(await ask({ oidc: false, userId: null }, null)).toEqual({
      ...{ mode: 'team', oidc: false, empty: false },
      ...{ user: null, organization: null, role: null, organizations: [] },
    });
  });
});

describe('limits', () => {
  const few = { points: 2, seconds: 60 };
  const asked = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'answered',
      (error: { code: string }) => error.code,
    );

  it('are each person, kind of call, and address its own', async () => {
    const limits = createLimits({ read: few, change: few, stranger: few });
    const by = (one: TestMember, role: Role | null = one.context.access?.role ?? null) =>
      createCaller({
        ...one.context,
        limits,
        address: '203.0.113.1',
        ...(role === null && { access: null }),
      });
    const reads = [1, 2, 3].map(() => asked(by(admin).members.list({})));
    expect(await Promise.all(reads)).toEqual(['answered', 'answered', 'TOO_MANY_REQUESTS']);
    const make = (i: number) => asked(by(admin).projects.create({ name: 'P', slug: `p${i}` }));
    expect([await make(1), await make(2), await make(3)]).toEqual([
      'answered',
      'answered',
      'TOO_MANY_REQUESTS',
    ]);
    expect(await asked(by(member).members.list({}))).toBe('answered');
    const strange = [1, 2, 3].map(() => asked(by(member, null).projects.list()));
    expect(await Promise.all(strange)).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS']);
  });
});
