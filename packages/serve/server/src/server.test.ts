import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { journalPath } from '@espalier/study/folder';
import { headerOf } from '@espalier/study/testing';
import { localProject, openStore, trackStudy } from '@espalier/store';
import { emptyStore, storeFolder } from '@espalier/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerError, startServer, type RunningServer } from './index.js';

const root = storeFolder('server');
const place = { kind: 'folder', folder: join(root, 'store') } as const;
const failures: string[] = [];
let server: RunningServer;
beforeAll(async () => {
  server = await startServer({
    place,
    list: place.folder,
    pages: (request, response) => {
      response.end(`page ${request.url} ${String(request.headers['content-security-policy'])}`);
      return Promise.resolve();
    },
    onFailure: (message) => failures.push(message),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

/** With any headers, which fetch does not allow. */
function send(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${server.url}${path}`, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(method === 'POST' ? '{}' : undefined);
  });
}

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly trials: number;
}

async function studies(): Promise<Shown[]> {
  const response = await fetch(`${server.url}/api/trpc/studies.list?input=${encodeURIComponent('{}')}`);
  const { result } = (await response.json()) as {
    result: { data: { items: Shown[] } };
  };
  return result.data.items;
}

const studiesCalled = async (name: string): Promise<Shown[]> =>
  (await studies()).filter((study) => study.name === name);

const line = (event: object): string => `${JSON.stringify({ elapsed: 1, ...event })}\n`;

function beginStudy(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(journalPath(folder), line(headerOf('2026-01-01T00:00:00.000Z')));
  return folder;
}

const configuration = {
  backbone: 'tiny',
  freezeDepth: 0,
  learningRate: 0.01,
  layerDecay: 1,
  weightDecay: 0,
  augmentation: 'none',
};

describe('a server', () => {
  it('shows the studies of its machine while they run', async () => {
    const folder = beginStudy('pets');
    await trackStudy(place, folder);
    const pets = () => studiesCalled('pets');
    await expect
      .poll(pets, { timeout: 300_000 })
      .toMatchObject([{ name: 'pets', state: 'paused', trials: 0 }]);
    appendFileSync(journalPath(folder), line({ type: 'trial-started', number: 0, configuration }));
    await expect.poll(pets, { timeout: 300_000 }).toMatchObject([{ trials: 1 }]);
    appendFileSync(journalPath(folder), 'damaged\n');
    await expect
      .poll(() => failures, { timeout: 300_000 })
      .toContainEqual(expect.stringMatching(/pets: .*is not an event of a study/));
  });

  it('answers pages, its health, and nothing to other names', async () => {
    expect((await send('GET', '/healthz', {})).text).toBe('ok\n');
    expect((await send('GET', '/studies', {})).text).toMatch(/^page \/studies .*script-src 'self' 'nonce-/);
    expect(await send('GET', '/healthz', { host: 'evil.example' })).toMatchObject({ status: 403 });
    expect((await send('GET', '/healthz', { host: 'localhost:1' })).status).toBe(200);
  });

  it('tells Prometheus what is asked and what there is to do', async () => {
    await send('GET', '/no/such/page', {});
    await send('GET', '/healthz', { host: 'evil.example' });
    const input = encodeURIComponent(JSON.stringify({ id: crypto.randomUUID() }));
    await send('GET', `/api/trpc/studies.get?input=${input}`, {});
    const { status, text } = await send('GET', '/metrics', {});
    expect(status).toBe(200);
    expect(text).toMatch(/^espalier_http_requests_total\{route="\/\{page\}",status="200"\} [1-9]/m);
    expect(text).toMatch(/^espalier_http_requests_total\{route="\/healthz",status="403"\} [1-9]/m);
    expect(text).toMatch(
      /^espalier_http_requests_total\{route="\/api\/trpc\/\{procedures\}",status="404"\} 1$/m,
    );
    expect(text).toMatch(/^espalier_http_request_seconds_count\{route="\/healthz"\} [1-9]/m);
    expect(text).toMatch(/^espalier_tasks\{state="waiting"\} 0$/m);
    expect(text).toMatch(/^espalier_workers 0$/m);
    expect(text).not.toContain('no/such');
    expect((await send('GET', '/metrics', { host: 'evil.example' })).status).toBe(403);
  });

  it('counts the streams of events that are open', async () => {
    await trackStudy(place, beginStudy('followed'));
    const followed = () => studiesCalled('followed');
    await expect.poll(followed, { timeout: 300_000 }).toHaveLength(1);
    const [study] = await followed();
    const stop = new AbortController();
    const input = encodeURIComponent(JSON.stringify({ id: study?.id }));
    const open = async (): Promise<string | undefined> =>
      /^espalier_event_streams (\d+)$/m.exec((await send('GET', '/metrics', {})).text)?.[1];
    const stream = await fetch(`${server.url}/api/trpc/studies.events?input=${input}`, {
      headers: { accept: 'text/event-stream' },
      signal: stop.signal,
    });
    expect(stream.status).toBe(200);
    expect(await open()).toBe('1');
    stop.abort();
    await expect.poll(open).toBe('0');
  });

  it('says what is wrong with an address that cannot be read, to its own names alone', async () => {
    const own = await send('GET', '/api/%zz', {});
    expect(own.status).toBe(400);
    expect(JSON.parse(own.text)).toEqual({
      error: { message: 'the address is malformed; check the percent-encoding after each %' },
    });
    expect((await send('GET', '/api/%zz', { host: 'evil.example' })).status).toBe(403);
    const { text } = await send('GET', '/metrics', {});
    expect(text).toMatch(/^espalier_http_requests_total\{route="\/\{page\}",status="400"\} 1$/m);
  });

  it('lets nobody past its guard by an upgrade, and ends all the same', async () => {
    const upgrade = httpRequest(`${server.url}/api/trpc/x`, {
      headers: { connection: 'Upgrade', upgrade: 'websocket', host: 'evil.example' },
    });
    upgrade.end();
    await expect(once(upgrade, 'response')).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  it('takes nothing that the page of another site sends', async () => {
    const path = '/api/trpc/studies.rename';
    const json = { 'content-type': 'application/json' };
    const { host } = new URL(server.url);
    for (const foreign of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await send('POST', path, { ...json, ...(foreign as object) })).status).toBe(403);
    }
    for (const own of [{}, { origin: `http://${host}` }, { 'sec-fetch-site': 'same-origin' }]) {
      expect((await send('POST', path, { ...json, ...(own as object) })).status).toBe(400);
    }
  });

  it('allows no script without its nonce, and no frame', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => fetch(`${server.url}/`)));
    const policy = first?.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy.match(/script-src[^;]*/)?.[0]).not.toContain('unsafe-inline');
    expect(policy).not.toBe(second?.headers.get('content-security-policy'));
    expect(first?.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is not started where others would reach it, its port is taken, or its store is', async () => {
    const options = { place, list: null, onFailure: () => undefined };
    await expect(startServer({ ...options, host: '0.0.0.0' })).rejects.toThrow(ServerError);
    await expect(startServer(options)).rejects.toThrow(/is using the store/);
    const other = emptyStore(join(root, 'other'));
    const port = Number(new URL(server.url).port);
    await expect(startServer({ ...options, place: other, port })).rejects.toThrow(
      /another program uses the port/,
    );
    // What could not start holds nothing.
    const started = await startServer({ ...options, place: other, host: '::1' });
    expect(new URL(started.url).hostname).toBe('[::1]');
    await started.close();
  });
});

it('forgets what was changed longer ago than it is to remember', async () => {
  const own = emptyStore(join(root, 'audited'));
  const before = await openStore(own);
  const { organizationId } = await before.client.project.findUniqueOrThrow({
    where: { id: await localProject(before) },
  });
  for (const days of [9, 11]) {
    const createdAt = new Date(Date.now() - days * 24 * 3_600_000);
    await before.client.auditEntry.create({ data: { organizationId, action: `${days} days`, createdAt } });
  }
  await before.close();
  const told: string[] = [];
  const audited = await startServer({
    ...{ place: own, list: null, auditDays: 10 },
    onFailure: (message) => told.push(message),
  });
  await audited.close();
  const after = await openStore(own);
  const entries = await after.client.auditEntry.findMany();
  await after.close();
  expect(entries.map(({ action }) => action)).toEqual(['9 days']);
  expect(told).toEqual([]);
});
