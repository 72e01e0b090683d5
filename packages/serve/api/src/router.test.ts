import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter, createCaller } from './index.js';
import { joinTeam, makeStudy, makeTeam, openTestStore, type Team, type TestStore } from './testing/store.js';

let store: TestStore;
let team: Team;
let stranger: Team;
beforeAll(async () => {
  store = await openTestStore();
  team = await makeTeam(store);
  stranger = await makeTeam(store);
});
afterAll(() => store.close());

const as = (one: Team, role: 'viewer' | 'member' | 'admin' = 'viewer') => createCaller(one.contextFor(role));

describe('studies', () => {
  it('are listed newest first with their best trial, and found by name and state', async () => {
    const own = await makeTeam(store);
    const old = await makeStudy(store.database, own.projectId, {
      name: 'Pets, old',
      createdAt: new Date('2026-01-01'),
      trials: [[0.5, 0.7], [0.6], []],
    });
    const fresh = await makeStudy(store.database, own.projectId, { name: 'Digits' });
    const { items, next } = await as(own).studies.list({});
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { id: fresh.id, trials: 0, bestObjective: null, state: 'queued' },
      { id: old.id, trials: 3, bestObjective: 0.7, createdAt: '2026-01-01T00:00:00.000Z' },
    ]);
    expect((await as(own).studies.list({ search: 'pets' })).items).toHaveLength(1);
    expect((await as(own).studies.list({ search: 'p_ts' })).items).toEqual([]);
    expect((await as(own).studies.list({ search: '%' })).items).toEqual([]);
    expect((await as(own).studies.list({ state: 'finished' })).items).toEqual([]);
    expect(await as(own).studies.get({ id: old.id })).toMatchObject({ hasReport: false, lastEvent: 0 });
    expect(await as(own).studies.report({ id: old.id })).toBeNull();
  });

  it('come in pages of any size, each once, in the same order', async () => {
    const own = await makeTeam(store);
    // Several of the same moment, which the id puts in an order.
    for (let i = 0; i < 12; i++) {
      await makeStudy(store.database, own.projectId, { createdAt: new Date(1_700_000_000_000 + (i % 4)) });
    }
    const whole = (await as(own).studies.list({ limit: 100 })).items.map(({ id }) => id);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 13 }), async (limit) => {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page: Awaited<ReturnType<ReturnType<typeof as>['studies']['list']>> = await as(
            own,
          ).studies.list({
            limit,
            cursor,
          });
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.next;
        } while (cursor !== null);
        expect(seen).toEqual(whole);
      }),
      { numRuns: 10 },
    );
    expect(new Set(whole).size).toBe(12);
  });

  it('can be renamed by members and not by viewers', async () => {
    const { id } = await makeStudy(store.database, team.projectId);
    await expect(as(team).studies.rename({ id, name: 'New' })).rejects.toThrow(/needs the role member/);
    await as(team, 'member').studies.rename({ id, name: '  New ' });
    expect((await as(team).studies.get({ id })).name).toBe('New');
  });
});

describe('probes', () => {
  const record = {
    ...{ number: 0, role: 'probe', backbone: 'tiny', title: 'depth 1', width: 8, penalty: 1 },
    parts: [{ source: 'tiny', block: '1', weight: 1 }],
    ...{ value: 0.5, low: 0.4, high: 0.6, loss: 1, examples: 30, basis: 'folds', seconds: 1 },
  };
  const { value: accuracy, loss: logLoss, ...rest } = record;
  const ofVersion2 = { ...rest, accuracy, logLoss };
  const former = { backbone: 'tiny', freezeDepth: 1, width: 8, results: {} };

  it('are read from the events, by their number, each as it was last', async () => {
    const { id } = await makeStudy(store.database, team.projectId);
    const plain = { ...record, number: 1, role: 'baseline', backbone: null, title: 'words' };
    await tellProbes(id, [plain, former, record, { ...ofVersion2, accuracy: 0.55 }]);
    expect(await as(team).studies.probes({ id })).toEqual([
      {
        ...{ name: 'probe-0', number: 0, role: 'probe', backbone: 'tiny', title: 'depth 1' },
        ...{ value: 0.55, low: 0.4, high: 0.6, loss: 1, examples: 30, basis: 'folds' },
      },
      {
        ...{ name: 'baseline-1', number: 1, role: 'baseline', backbone: null, title: 'words' },
        ...{ value: 0.5, low: 0.4, high: 0.6, loss: 1, examples: 30, basis: 'folds' },
      },
    ]);
  });

  it('are none of a study of an earlier version', async () => {
    const { id } = await makeStudy(store.database, team.projectId);
    await tellProbes(id, [former]);
    expect(await as(team).studies.probes({ id })).toEqual([]);
  });

  const tellProbes = (studyId: string, records: readonly object[]) =>
    store.database.client.event.createMany({
      data: records.map((one, i) => ({
        ...{ studyId, number: i + 1, kind: 'probed' },
        data: { record: one, elapsed: i },
      })),
    });
});

describe('trials', () => {
  it('are listed in order, ranked, and have their curves', async () => {
    const { id, trials } = await makeStudy(store.database, team.projectId, {
      trials: [[0.2, 0.4], [0.9], [], [0.5]],
    });
    const { items, next } = await as(team).trials.list({ studyId: id, limit: 3 });
    expect(items.map(({ number }) => number)).toEqual([0, 1, 2]);
    const rest = await as(team).trials.list({ studyId: id, limit: 3, cursor: next });
    expect(rest).toMatchObject({ items: [{ number: 3 }], next: null });
    const last = await as(team).trials.list({ studyId: id, limit: 3, order: 'last' });
    expect(last.items.map(({ number }) => number)).toEqual([3, 2, 1]);
    const first = await as(team).trials.list({ studyId: id, order: 'last', cursor: last.next });
    expect(first).toMatchObject({ items: [{ number: 0 }], next: null });
    const best = await as(team).trials.leaderboard({ studyId: id });
    expect(best.map(({ number }) => number)).toEqual([1, 3, 0]);
    const curves = await as(team).trials.curves({ studyId: id, numbers: [0] });
    expect(curves).toMatchObject([
      {
        number: 0,
        epochs: [
          { epoch: 1, metrics: { accuracy: 0.2 } },
          { epoch: 2, metrics: { accuracy: 0.4 } },
        ],
      },
    ]);
    // The surest is not always the one that is right most often.
    await store.database.client.trial.update({
      where: { id: trials[0] as string },
      data: { bestLoss: 0.05 },
    });
    const surest = await as(team).trials.leaderboard({ studyId: id });
    expect(surest.map(({ number }) => number)).toEqual([0, 1, 3]);
    const trial = await as(team).trials.get({ id: trials[1] as string });
    expect(trial).toMatchObject({ number: 1, bestObjective: 0.9, epochs: [{ epoch: 1 }] });
  });

  it.each([
    ['running', 'running'],
    ['paused', 'waiting'],
    ['cancelled', 'cancelled'],
  ] as const)('of a study that is %s are %s where they have not ended', async (state, shown) => {
    const { id, trials } = await makeStudy(store.database, team.projectId, { trials: [[0.2], [0.4]] });
    const { study, trial } = store.database.client;
    await trial.update({ where: { id: trials[1] as string }, data: { state: 'running' } });
    await study.update({ where: { id }, data: { state } });
    const { items } = await as(team).trials.list({ studyId: id });
    expect(items.map((one) => one.state)).toEqual(['complete', shown]);
    expect((await as(team).trials.get({ id: trials[1] as string })).state).toBe(shown);
  });
});

describe('projects', () => {
  it('are made by members, each slug once in an organisation', async () => {
    const make = { name: 'Birds', slug: 'birds' };
    await expect(as(team).projects.create(make)).rejects.toThrow(/needs the role member/);
    const { id } = await as(team, 'member').projects.create(make);
    await expect(as(team, 'member').projects.create(make)).rejects.toThrow(/already; choose another slug/);
    await as(stranger, 'member').projects.create(make);
    expect(await as(team).projects.list()).toContainEqual(
      expect.objectContaining({ id, name: 'Birds', studies: 0 }),
    );
  });
});

/** Calls of every procedure with the ids of somebody else's rows; `null` for those that take no ids. */
interface Ids {
  readonly study: string;
  readonly trial: string;
  readonly project: string;
  readonly model: string;
  readonly dataset: string;
  /** One that studies of theirs used. */
  readonly backbone: string;
  readonly upload: string;
  /** An upload of a network, and one that was added. */
  readonly network: string;
  readonly added: string;
  readonly member: string;
  readonly invitation: string;
  readonly key: string;
}
const strangers = (ids: Ids) =>
  ({
    'projects.list': null,
    'projects.create': null,
    'projects.setQuota': { id: ids.project, quota: 3 },
    'projects.setUploadLimit': { id: ids.project, bytes: 3 },
    'studies.list': { projectId: ids.project },
    'studies.get': { id: ids.study },
    'studies.report': { id: ids.study },
    'studies.probes': { id: ids.study },
    'studies.decisions': { id: ids.study },
    'studies.rename': { id: ids.study, name: 'mine' },
    'studies.create': { datasetId: ids.dataset, name: 'mine', search: { backbones: ['vision-mini'] } },
    'studies.pause': { id: ids.study },
    'studies.resume': { id: ids.study },
    'studies.cancel': { id: ids.study },
    'studies.prioritise': { id: ids.study, priority: 1 },
    'studies.extend': { id: ids.study, trials: 3 },
    'studies.remove': { id: ids.study },
    'workers.list': null,
    'studies.events': { id: ids.study },
    'trials.list': { studyId: ids.study },
    'trials.leaderboard': { studyId: ids.study },
    'trials.get': { id: ids.trial },
    'trials.curves': { studyId: ids.study },
    'models.list': { projectId: ids.project },
    'models.get': { id: ids.model },
    'datasets.list': { projectId: ids.project },
    'datasets.get': { id: ids.dataset },
    'datasets.register': { projectId: ids.project, name: 'mine', path: '/pets' },
    'datasets.rename': { id: ids.dataset, name: 'mine' },
    'datasets.remove': { id: ids.dataset },
    'datasets.beginUpload': { projectId: ids.project, name: 'pets.zip', bytes: 1 },
    'datasets.uploadStatus': { id: ids.upload },
    'datasets.completeUpload': { id: ids.upload, name: 'mine' },
    'datasets.inspect': { id: ids.dataset },
    'datasets.samples': { id: ids.dataset },
    'offer.get': null,
    'backbones.list': null,
    'backbones.check': { id: ids.backbone },
    'backbones.added': { projectId: ids.project },
    'backbones.add': { projectId: ids.project, name: 'mine', reference: 'hf:mine/net' },
    'backbones.beginUpload': { projectId: ids.project, name: 'net.onnx', bytes: 1 },
    'backbones.uploadStatus': { id: ids.network },
    'backbones.completeUpload': { id: ids.network, name: 'mine' },
    'backbones.inspect': { id: ids.added },
    'backbones.remove': { id: ids.added },
    'session.get': null,
    'members.list': null,
    'members.setRole': { id: ids.member, role: 'viewer' },
    'members.remove': { id: ids.member },
    'members.resetPassword': { id: ids.member },
    'members.invite': null,
    'members.invitations': null,
    'members.cancelInvitation': { id: ids.invitation },
    'keys.list': null,
    'keys.create': null,
    'keys.revoke': { id: ids.key },
    'audit.list': null,
  }) as Record<string, object | null>;

/** A procedure by its path, called without its types. */
async function call(one: Team | null, path: string, input: unknown): Promise<unknown> {
  const context = one?.contextFor('admin') ?? { ...team.contextFor('admin'), access: null };
  const caller = createCaller(context) as unknown as Record<
    string,
    Record<string, (input: unknown) => unknown>
  >;
  const [area = '', name = ''] = path.split('.');
  const result = await caller[area]?.[name]?.(input);
  // A subscription fails where it is first asked.
  if (result !== null && typeof result === 'object' && Symbol.asyncIterator in result) {
    return (result as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
  }
  return result;
}

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof TRPCError ? error.code : String(error)),
  );

/** Those that are for everybody. */
const open = ['session.get'];
/** Those without an input. */
const plain = ['session.get', 'projects.list', 'offer.get', 'backbones.list', 'workers.list'];
const isList = (path: string): boolean => /\.(list|invitations)$/.test(path);

/** All that strangers could have changed. */
const everything = async (): Promise<string> => {
  const tables = [
    ...[
      'study',
      'task',
      'dataset',
      'backbone_check',
      'added_backbone',
      'project',
      'member',
      'invitation',
      'api_key',
      'organization',
    ],
    'verification',
  ];
  const rows = await Promise.all(
    tables.map((table) => store.database.query(`SELECT * FROM "${table}" ORDER BY "id"`)),
  );
  return JSON.stringify(rows);
};

describe('every procedure', () => {
  const paths = Object.keys(appRouter._def.procedures);
  let ids: Ids;
  beforeAll(async () => {
    const { id: study, trials } = await makeStudy(store.database, team.projectId, { trials: [[0.5]] });
    const { projectId } = team;
    const model = await store.database.client.model.create({
      data: { projectId, studyId: study, name: 'Model', location: '/model.onnx', licence: 'MIT' },
    });
    const { organizationId } = team;
    const { memberId: member, userId } = await joinTeam(store.database, team, 'admin');
    const invitation = await store.database.client.invitation.create({
      data: {
        organizationId,
        email: 'guest@example.org',
        tokenHash: 'hash',
        expiresAt: new Date(Date.now() + 3_600_000),
        inviterId: userId,
      },
    });
    const key = await store.database.client.apiKey.create({
      data: { organizationId, userId, name: 'CI', hash: 'hash', start: 'esp_start' },
    });
    await store.database.client.auditEntry.create({
      data: { organizationId, userId, action: 'x', target: projectId },
    });
    const dataset = await store.database.client.dataset.create({
      data: { projectId, name: 'Dataset', location: '/pets' },
    });
    const upload = await store.data.uploads.begin({ projectId, name: 'pets.zip', bytes: 1 });
    const network = await store.data.uploads.begin({
      ...{ projectId, purpose: 'backbone', name: 'net.onnx', bytes: 1 },
    });
    const added = await store.database.client.addedBackbone.create({
      data: { projectId, name: 'net', source: 'hub', location: 'hf:theirs/net', state: 'ready' },
    });
    const backbone = 'hf:theirs/network';
    const found = { name: 'network', family: 'network', licence: 'MIT', modality: 'image' } as const;
    await store.database.client.backbone.create({
      data: {
        ...{ ...found, reference: backbone, fingerprint: 'theirs', commercialUse: 'allowed', stages: 3 },
        trials: { connect: { id: trials[0] as string } },
      },
    });
    ids = {
      ...{ study, trial: trials[0] as string, project: projectId },
      ...{ model: model.id, dataset: dataset.id, backbone, upload: upload.id },
      ...{ network: network.id, added: added.id },
      ...{ member, invitation: invitation.id, key: key.id },
    };
  });

  it('is in the list of what strangers try', () => {
    expect(Object.keys(strangers(ids)).sort()).toEqual([...paths].sort());
  });

  it.each(paths)('%s shows and changes nothing of another organisation', async (path) => {
    const input = strangers(ids)[path];
    if (input === null) {
      const shown = isList(path) ? JSON.stringify(await call(stranger, path, {})) : '';
      for (const id of Object.values(ids)) expect(shown).not.toContain(id);
      return;
    }
    const before = await everything();
    if (isList(path) && 'projectId' in (input as object)) {
      expect(await call(stranger, path, input)).toEqual({ items: [], next: null });
    } else {
      expect(await codeOf(call(stranger, path, input))).toBe('NOT_FOUND');
    }
    expect(await everything()).toBe(before);
  });

  it.each(paths)('%s asks for a sign-in', async (path) => {
    if (open.includes(path)) return;
    expect(await codeOf(call(null, path, strangers(ids)[path] ?? { name: 'A', slug: 'a' }))).toBe(
      'UNAUTHORIZED',
    );
  });

  it.each(paths)('%s refuses what is of another type, huge, or no id', async (path) => {
    if (plain.includes(path)) return;
    const huge = 'x'.repeat(100_000);
    const wrong = [
      42,
      'text',
      [],
      { id: 1, studyId: 1, projectId: 1, name: 1, slug: 1, cursor: 1 },
      { id: huge, studyId: huge, projectId: huge, name: huge, slug: huge, cursor: huge },
      {
        ...{ ...ids, search: 'a\0b', id: 'a\0b', studyId: 'a\0b', projectId: 'a\0b', name: 'a\0b' },
        ...{ slug: 'a', cursor: 'a\0b', email: 'a\0b@example.org', role: 'viewer', days: 1 },
      },
      {
        ...{ id: `${ids.study}'; DROP TABLE study; --`, studyId: '../..', projectId: '%', name: '' },
        ...{ slug: 'A B', cursor: '%', email: 'nobody', role: 'owner', days: -1 },
      },
    ];
    for (const input of wrong) expect(await codeOf(call(team, path, input))).toBe('BAD_REQUEST');
    const old = Buffer.from(JSON.stringify(['0000-01-01T00:00:00.000Z', ids.study])).toString('base64url');
    const far = Buffer.from(JSON.stringify([2 ** 40, ids.study])).toString('base64url');
    for (const cursor of [huge, old, far, 'e30', '!!', Buffer.from('["x"]').toString('base64url')]) {
      if (isList(path)) {
        const asked = { cursor, studyId: ids.study };
        expect(await codeOf(call(team, path, asked))).toBe('BAD_REQUEST');
      }
    }
    expect(await codeOf(call(team, path, { id: randomUUID(), studyId: randomUUID(), name: 'x' }))).toMatch(
      /NOT_FOUND|answered|BAD_REQUEST/,
    );
  });
});

it('keeps what a stored report lacks to itself', async () => {
  const { id } = await makeStudy(store.database, team.projectId);
  await store.database.client.study.update({ where: { id }, data: { report: { secret: 1 } } });
  await expect(as(team).studies.report({ id })).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
});

it('makes a project once, however many ask at the same time', async () => {
  const make = () => codeOf(as(team, 'member').projects.create({ name: 'Same', slug: 'same' }));
  expect((await Promise.all([make(), make(), make()])).sort()).toEqual(['CONFLICT', 'CONFLICT', 'answered']);
});
