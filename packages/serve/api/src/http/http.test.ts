import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { writePictures, writeTones } from '@espalier/data/testing';
import { reportOf } from '@espalier/report/testing';
import { writeTinyModel } from '@espalier/runner/testing';
import { headerOf } from '@espalier/study/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fastify } from 'fastify';
import { createLimits, type Limits } from '@espalier/auth';
import { addFiles } from '../index.js';
import { makeTeam, openTestStore, type Team, type TestStore } from '../testing/store.js';

let store: TestStore;
let team: Team;
let stranger: Team;
const app = fastify({ forceCloseConnections: true });
let base: string;
let limits: Limits | undefined;
const batches: number[] = [];
const outcomes: string[] = [];
const ids = { pictures: '', sounds: '', study: '', image: '', text: '' };
const failures: string[] = [];

beforeAll(async () => {
  store = await openTestStore({
    watch: { batch: (size) => batches.push(size), prediction: (outcome) => outcomes.push(outcome) },
  });
  team = await makeTeam(store);
  stranger = await makeTeam(store);
  addFiles(app, {
    contextOf: async ({ headers }) => {
      const who = headers['x-stranger'] === undefined ? team : stranger;
      const context = who.contextFor(headers['x-viewer'] === undefined ? 'member' : 'viewer');
      const onFailure = (error: unknown): void => void failures.push(String(error));
      return {
        ...context,
        onFailure,
        address: '203.0.113.1',
        ...(limits && { limits }),
        ...(headers['x-nobody'] !== undefined && { access: null }),
      };
    },
  });
  base = await app.listen({ host: '127.0.0.1', port: 0 });
  await fill();
});
// What a test told of is its own.
beforeEach(() => {
  for (const told of [failures, batches, outcomes]) told.length = 0;
});
afterAll(async () => {
  await app.close();
  await store.close();
});

async function fill(): Promise<void> {
  const data = join(store.folder, 'data');
  const { projectId } = team;
  const { client } = store.database;
  await writePictures(join(data, 'pets'), 5);
  writeFileSync(join(data, 'secret.png'), readFileSync(join(data, 'pets', 'plain', '0.png')));
  for (const kind of ['high', 'low']) {
    mkdirSync(join(data, 'sounds', kind), { recursive: true });
    for (let i = 0; i < 5; i++) await writeTones(join(data, 'sounds', kind, `${i}.wav`), i);
  }
  const dataset = (name: string) =>
    client.dataset.create({ data: { projectId, name, location: join(data, name), options: {} } });
  ids.pictures = (await dataset('pets')).id;
  ids.sounds = (await dataset('sounds')).id;
  const { settings } = headerOf('2026-01-01T00:00:00.000Z');
  const report = {
    ...reportOf(),
    evidence: { mistakes: [{ id: 'plain/1.png', label: 0, predicted: 1, confidence: 0.9 }], cells: [] },
  };
  const study = await client.study.create({
    data: {
      projectId,
      name: 'Study',
      settings: { ...settings, dataset: { ...settings.dataset, path: join(data, 'pets') } },
      report: JSON.parse(JSON.stringify(report)) as object,
    },
  });
  ids.study = study.id;
  for (const modality of ['image', 'text'] as const) {
    const folder = join(store.folder, modality);
    mkdirSync(folder);
    const location = join(await writeTinyModel(folder, modality), 'model.onnx');
    const model = await client.model.create({
      data: { projectId, name: modality, location, licence: 'MIT' },
    });
    ids[modality] = model.id;
  }
  writeFileSync(join(store.folder, 'image', 'model-card.md'), '# Card');
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly text: string;
}

/** By hand: fetch would change `..` in an address before it is sent. */
function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Uint8Array,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const request = httpRequest({ hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const all = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: all,
          text: all.toString(),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

const example = (id: string): string => `/api/files/datasets/${ids.pictures}/${encodeURIComponent(id)}`;

describe('examples of a dataset', () => {
  it('are pictures drawn again, which can do nothing', async () => {
    const { status, headers, body } = await send('GET', example('stripes/0.png'));
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'image/webp',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect(body.subarray(8, 12).toString()).toBe('WEBP');
    expect((await send('GET', `/api/files/datasets/${ids.pictures}/stripes/0.png`)).status).toBe(200);
  });

  it('are of the dataset and of nothing else', async () => {
    symlinkSync('/etc', join(store.folder, 'data', 'pets', 'plain', 'link'));
    const foreign = [
      '../secret.png',
      '../../etc/passwd',
      '/etc/passwd',
      'plain/0.png\0',
      'plain/link/passwd',
      'none.png',
      '.',
      '..',
    ];
    for (const id of foreign) {
      for (const path of [example(id), `/api/files/datasets/${ids.pictures}/${id.replace('\0', '%00')}`]) {
        expect((await send('GET', path)).status, path).toBe(404);
      }
    }
    expect((await send('GET', `/api/files/datasets/${ids.pictures}/%E0%A4%A`)).status).toBe(400);
    expect((await send('GET', `/api/files/datasets/${randomUUID()}/plain/0.png`)).status).toBe(404);
    expect((await send('GET', `/api/files/datasets/not-an-id/plain/0.png`)).status).toBe(404);
    expect((await send('GET', example('plain/0.png'), { 'x-stranger': '1' })).status).toBe(404);
    expect((await send('GET', example('plain/0.png'), { 'x-nobody': '1' })).status).toBe(401);
    expect((await send('POST', example('plain/0.png'))).status).toBe(405);
    expect(failures).toEqual([]);
  });

  it('are recordings, in parts where a player asks for them', async () => {
    const path = `/api/files/datasets/${ids.sounds}/high/0.wav`;
    const whole = await send('GET', path);
    expect(whole).toMatchObject({
      status: 200,
      headers: { 'content-type': 'audio/wav', 'accept-ranges': 'bytes' },
    });
    const part = await send('GET', path, { range: 'bytes=100-199' });
    expect(part).toMatchObject({
      status: 206,
      headers: { 'content-range': `bytes 100-199/${whole.body.length}` },
    });
    expect(part.body).toEqual(whole.body.subarray(100, 200));
    expect((await send('GET', path, { range: 'bytes=99999999-' })).status).toBe(416);
  });
});

describe('examples of a study', () => {
  it('are those that its report speaks of', async () => {
    const path = (id: string): string => `/api/files/studies/${ids.study}/${encodeURIComponent(id)}`;
    expect(await send('GET', path('plain/1.png'))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/webp' },
    });
    expect((await send('GET', path('plain/2.png'))).status).toBe(404);
    expect((await send('GET', path('../secret.png'))).status).toBe(404);
    expect((await send('GET', path('plain/1.png'), { 'x-stranger': '1' })).status).toBe(404);
    // A study that goes on speaks of others at its new end.
    const { study } = store.database.client;
    const evidence = {
      mistakes: [{ id: 'plain/2.png', label: 0, predicted: 1, confidence: 0.9 }],
      cells: [],
    };
    const report = JSON.parse(JSON.stringify({ ...reportOf(), evidence })) as object;
    await study.update({ where: { id: ids.study }, data: { report, endedAt: new Date() } });
    expect((await send('GET', path('plain/2.png'))).status).toBe(200);
  });
});

describe('parts of an upload', () => {
  const content = Buffer.from('the content of a zip');
  const begin = async (): Promise<string> => {
    const { id } = await store.data.uploads.begin({
      projectId: team.projectId,
      name: 'a.zip',
      bytes: content.length,
    });
    return `/api/uploads/${id}`;
  };

  it('come by PUT, as often as one likes, with their SHA-256', async () => {
    const path = await begin();
    const sha256 = createHash('sha256').update(content).digest('hex');
    for (let i = 0; i < 2; i++) {
      expect(
        (
          await send(
            'PUT',
            `${path}/0`,
            { 'x-content-sha256': sha256, 'content-length': `${content.length}` },
            content,
          )
        ).status,
      ).toBe(204);
    }
    const other = Buffer.from(content.toString().toUpperCase());
    expect((await send('PUT', `${path}/0`, { 'content-length': `${other.length}` }, other)).status).toBe(409);
  });

  it('are refused where they are not what they say, or not one’s own', async () => {
    const path = await begin();
    const put = async (
      part: string,
      headers: Record<string, string> = {},
      body: Buffer = content,
    ): Promise<number> =>
      (await send('PUT', `${path}/${part}`, { 'content-length': `${body.length}`, ...headers }, body)).status;
    expect(await put('1')).toBe(400);
    expect(await put('0', {}, Buffer.from('short'))).toBe(413);
    expect(await put('0', { 'x-content-sha256': '0'.repeat(64) })).toBe(422);
    expect(await put('0', { 'x-content-sha256': 'nonsense' })).toBe(400);
    expect(await put('0', { 'x-stranger': '1' })).toBe(404);
    expect(await put('0', { 'x-viewer': '1' })).toBe(403);
    expect(await put('0', { 'x-nobody': '1' })).toBe(401);
    expect(await put('x')).toBe(404);
    const chunked = await send('PUT', `${path}/0`, { 'transfer-encoding': 'chunked' }, content);
    expect(chunked.status).toBe(411);
    expect(await put('0')).toBe(204);
  });
});

describe('models', () => {
  const file = (name: string, id = ids.image): string => `/api/files/models/${id}/${name}`;

  it('give their files and no others', async () => {
    const model = await send('GET', file('model.onnx'));
    expect(model).toMatchObject({
      status: 200,
      headers: {
        'content-disposition': 'attachment; filename="model.onnx"',
        'content-type': 'application/octet-stream',
      },
    });
    expect(model.body).toEqual(readFileSync(join(store.folder, 'image', 'model.onnx')));
    expect((await send('GET', file('model-card.md'))).text).toBe('# Card');
    for (const name of [
      'report.json',
      'study.jsonl',
      '..',
      '%2e%2e%2fsecret.png',
      '..%2f..%2fetc%2fpasswd',
    ]) {
      expect((await send('GET', file(name))).status, name).toBe(404);
    }
    expect((await send('GET', file('model.onnx'), { 'x-stranger': '1' })).status).toBe(404);
  });

  it('are tried out', async () => {
    const picture = readFileSync(join(store.folder, 'data', 'pets', 'plain', '0.png'));
    const predict = (
      id: string,
      type: string,
      body: Uint8Array,
      more: Record<string, string> = {},
    ): Promise<Answer> =>
      send(
        'POST',
        `/api/models/${id}/predict`,
        { 'content-type': type, 'content-length': `${body.length}`, ...more },
        body,
      );
    const found = await predict(ids.image, 'image/png', picture);
    expect(found.status, found.text).toBe(200);
    const { labels } = JSON.parse(found.text) as { labels: { label: string; probability: number }[] };
    expect(labels.map(({ label }) => label).sort()).toEqual(['one', 'three', 'two']);
    expect(labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 4);
    const text = Buffer.from(JSON.stringify({ text: 'my parcel is lost' }));
    expect((await predict(ids.text, 'application/json', text)).status).toBe(200);
    expect((await predict(ids.image, 'application/json', text)).text).toMatch(/send a picture/);
    expect(await predict(ids.text, 'image/png', picture)).toMatchObject({ status: 400 });
    expect(await predict(ids.image, 'image/png', Buffer.from('no picture'))).toMatchObject({ status: 422 });
    expect((await predict(ids.text, 'application/json', Buffer.from('{}'))).status).toBe(400);
    expect((await predict(ids.image, 'text/html', picture)).status).toBe(415);
    expect((await predict(ids.image, 'image/png', Buffer.alloc(17 * 2 ** 20))).status).toBe(413);
    expect((await predict(ids.image, 'image/png', picture, { 'x-stranger': '1' })).status).toBe(404);
    expect(failures).toEqual([]);
  });
});

it('runs inputs of a model together that come together', async () => {
  batches.length = 0;
  outcomes.length = 0;
  const ask = (text: string): Promise<Answer> =>
    send(
      'POST',
      `/api/models/${ids.text}/predict`,
      { 'content-type': 'application/json' },
      Buffer.from(JSON.stringify({ text })),
    );
  const alone = await ask('my parcel is lost');
  const together = await Promise.all(
    Array.from({ length: 12 }, (_, i) => ask(i === 3 ? '' : 'my parcel is lost')),
  );
  expect(together.map(({ status }) => status)).toEqual(
    Array.from({ length: 12 }, (_, i) => (i === 3 ? 422 : 200)),
  );
  const labelsOf = ({ text }: Answer) =>
    (JSON.parse(text) as { labels: { label: string; probability: number }[] }).labels;
  const [first] = labelsOf(alone);
  for (const [i, one] of together.entries()) {
    if (i === 3) continue;
    expect(labelsOf(one)[0]?.label).toBe(first?.label);
    expect(labelsOf(one)[0]?.probability).toBeCloseTo(first?.probability ?? NaN, 4);
  }
  expect(batches.reduce((sum, size) => sum + size, 0)).toBe(12);
  expect(Math.max(...batches)).toBeGreaterThan(1);
  expect(outcomes.filter((outcome) => outcome === 'predicted')).toHaveLength(12);
  expect(outcomes.filter((outcome) => outcome === 'unreadable')).toHaveLength(1);
});

it('writes down who takes a model away, and who sends an upload, once', async () => {
  const { client } = store.database;
  const entries = (action: string) =>
    client.auditEntry.findMany({ where: { organizationId: team.organizationId, action } });
  await send('GET', `/api/files/models/${ids.text}/tokenizer.json`);
  const taken = (await entries('models.download')).filter(({ target }) => target === ids.text);
  expect(taken).toMatchObject([
    { target: ids.text, data: { name: 'tokenizer.json' }, address: '203.0.113.1' },
  ]);
  const upload = await store.data.uploads.begin({
    ...{ projectId: team.projectId, name: 'a.csv' },
    bytes: 8 * 2 ** 20 + 1,
  });
  const put = (part: number, bytes: number): Promise<Answer> =>
    send('PUT', `/api/uploads/${upload.id}/${part}`, { 'content-length': `${bytes}` }, Buffer.alloc(bytes));
  expect((await put(1, 1)).status).toBe(204);
  expect((await put(0, 8 * 2 ** 20)).status).toBe(204);
  const sent = (await entries('uploads.send')).filter(({ target }) => target === upload.id);
  expect(sent).toHaveLength(1);
});

it('answers nobody more often than their share, and says when to come again', async () => {
  const few = { points: 2, seconds: 60 };
  limits = createLimits({ read: few, part: few, stranger: few });
  try {
    const statuses = async (method: string, path: string, headers: Record<string, string> = {}) => {
      const answers: Answer[] = [];
      for (let i = 0; i < 3; i++) answers.push(await send(method, path, headers));
      expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
      return answers.map(({ status }) => status);
    };
    const card = `/api/files/models/${ids.image}/model-card.md`;
    expect(await statuses('GET', card)).toEqual([200, 200, 429]);
    expect(await statuses('PUT', `/api/uploads/${randomUUID()}/0`)).toEqual([404, 404, 429]);
    expect(await statuses('GET', card, { 'x-nobody': '1' })).toEqual([401, 401, 429]);
    expect((await send('POST', `/api/models/${ids.image}/predict`)).status).toBe(429);
  } finally {
    limits = undefined;
  }
});

it('says of a model that is gone no more than that', async () => {
  const { projectId } = team;
  const data = { projectId, name: 'gone', location: '/no/where/model.onnx', licence: 'MIT' };
  const { id } = await store.database.client.model.create({ data });
  const body = Buffer.from('{"text":"x"}');
  const found = await send('POST', `/api/models/${id}/predict`, { 'content-type': 'application/json' }, body);
  expect(found.status).toBe(422);
  expect(found.text).not.toContain('/no/where');
  expect(failures.splice(0)).toHaveLength(1);
});

it('says nothing of what failed inside', async () => {
  const { projectId } = team;
  const location = join(store.folder, 'data', 'sounds');
  const data = { projectId, name: 'wrong', location, options: { imageColumn: 1 } };
  const { id } = await store.database.client.dataset.create({ data });
  const { status, text } = await send('GET', `/api/files/datasets/${id}/high/0.wav`);
  expect(status).toBe(500);
  expect(text).not.toMatch(/imageColumn|\.ts/);
  expect(failures).toHaveLength(1);
});
