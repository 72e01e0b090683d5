import { rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { emptyStore, storeFolder } from '@espalier/store/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerError, startServer, type RunningServer, type ServerOptions } from './index.js';

const root = storeFolder('team');
const failures: string[] = [];
const options = (folder: string): ServerOptions => ({
  place: emptyStore(join(root, folder)),
  list: null,
  team: { secret: 'a secret of a test, with 32 characters or more', oidc: null },
  pages: (request, response) => {
    response.end(`page ${request.url}`);
    return Promise.resolve();
  },
  metricsToken: 'a-token-of-a-test',
  onFailure: (message) => failures.push(message),
});
let server: RunningServer;
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** With any headers, which fetch does not allow. */
function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: object = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port, method, path };
    const json = { 'content-type': 'application/json' };
    const request = httpRequest({ ...to, headers: { ...json, ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : { text },
          headers: response.headers,
        }),
      );
    });
    request.on('error', reject);
    request.end(method === 'POST' ? JSON.stringify(body) : undefined);
  });
}
const get = (path: string, headers?: Record<string, string>) => send(server.port, 'GET', path, headers);
const post = (path: string, body: object, headers?: Record<string, string>) =>
  send(server.port, 'POST', path, headers, body);

const cookieOf = ({ headers }: Answer): string => String(headers['set-cookie']).split(';')[0] ?? '';
const dataOf = ({ body }: Answer): unknown => (body['result'] as { data: unknown } | undefined)?.data;

const ada = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };

/** The first person makes an account. */
const begin = (): Promise<Answer> =>
  post('/api/auth/team/setup', { token: server.setupUrl?.split('#')[1], organization: 'Lab', ...ada });

async function viewerKey(cookie: string): Promise<string> {
  const asked = { name: 'CI', role: 'viewer', days: 1 };
  return (dataOf(await post('/api/trpc/keys.create', asked, { cookie })) as { key: string }).key;
}

describe('a server of a team', () => {
  // Each test has a server of its own, which nobody has begun.
  let stores = 0;
  beforeEach(async () => {
    server = await startServer(options(`store-${stores++}`));
  });
  afterEach(() => server.close());

  it('shows nothing to who is not signed in, except how to begin', async () => {
    for (const path of ['projects.list', 'studies.list?input={}', 'audit.list?input={}']) {
      expect((await get(`/api/trpc/${path}`)).status, path).toBe(401);
    }
    expect(dataOf(await get('/api/trpc/session.get'))).toMatchObject({ mode: 'team', empty: true });
    expect(server.setupUrl).toMatch(new RegExp(`^${server.url}/setup#[\\w-]{43}$`));
    const page = await get('/sign-in');
    expect(page.body).toEqual({ text: 'page /sign-in' });
    expect(page.headers['content-security-policy']).toMatch(
      /script-src 'self' 'nonce-[^']+' 'strict-dynamic'/,
    );
    expect(page.headers['content-security-policy']).toMatch(/form-action 'self'/);
  });

  it('is begun by the token of its start', async () => {
    const setup = await begin();
    expect(setup.status).toBe(200);
    expect(setup.headers['content-security-policy']).toBeDefined();
    const cookie = cookieOf(setup);
    expect(dataOf(await get('/api/trpc/session.get', { cookie }))).toMatchObject({
      user: { email: ada.email },
      organization: { name: 'Lab' },
      role: 'admin',
    });
    expect(dataOf(await get('/api/trpc/projects.list', { cookie }))).toMatchObject([{ slug: 'local' }]);
  });

  it('takes no change from the page of another site, whose cookies come along', async () => {
    const cookie = cookieOf(await begin());
    for (const foreign of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const headers = { cookie, ...(foreign as object) };
      const make = { name: 'Evil', slug: 'evil' };
      expect((await post('/api/trpc/projects.create', make, headers)).status).toBe(403);
      expect((await post('/api/auth/sign-out', {}, headers)).status).toBe(403);
    }
    expect((await get('/api/trpc/projects.list', { cookie })).status).toBe(200);
  });

  it('lets a key do what its role may, in its organisation', async () => {
    const cookie = cookieOf(await begin());
    const key = await viewerKey(cookie);
    const authorization = `Bearer ${key}`;
    expect((await get('/api/trpc/projects.list', { authorization })).status).toBe(200);
    const make = { name: 'Birds', slug: 'birds' };
    expect((await post('/api/trpc/projects.create', make, { authorization })).status).toBe(403);
    expect((await get('/api/trpc/projects.list', { authorization: `Bearer ${key}x` })).status).toBe(401);
    const log = dataOf(await get('/api/trpc/audit.list?input={}', { cookie })) as { items: unknown[] };
    expect(log.items).toMatchObject([
      { action: 'keys.create', userName: 'Ada', address: '127.0.0.1' },
      { action: 'session.create' },
      { action: 'team.setup' },
    ]);
    expect(JSON.stringify(log)).not.toContain(key);
  });

  it('shows its metrics to admins and to who has their token', async () => {
    const cookie = cookieOf(await begin());
    const key = await viewerKey(cookie);
    const metrics = (headers?: Record<string, string>) => get('/metrics', headers);
    expect((await metrics()).status).toBe(401);
    expect((await metrics({ authorization: 'Bearer a-token-of-a-tes' })).status).toBe(401);
    expect((await metrics({ authorization: `Bearer ${key}` })).status).toBe(403);
    const token = { authorization: 'Bearer a-token-of-a-test' };
    for (const shown of [await metrics({ cookie }), await metrics(token)]) {
      expect(shown.status).toBe(200);
      expect(String(shown.body['text'])).toContain('espalier_workers 0');
    }
    const guesses = Array.from({ length: 125 }, (_, i) =>
      metrics({ authorization: `Bearer guess-${i}`, 'x-forwarded-for': '203.0.113.9' }),
    );
    expect((await Promise.all(guesses)).map(({ status }) => status)).toContain(429);
    // The token is good for nothing else.
    expect((await get('/api/trpc/projects.list', token)).status).toBe(401);
  });

  it('forgets who signs out', async () => {
    const cookie = cookieOf(await begin());
    const signedIn = await post('/api/auth/sign-in/email', ada);
    const own = cookieOf(signedIn);
    expect((await get('/api/trpc/projects.list', { cookie: own })).status).toBe(200);
    const origin = server.url;
    expect((await post('/api/auth/sign-out', {}, { cookie: own, origin })).status).toBe(200);
    expect((await get('/api/trpc/projects.list', { cookie: own })).status).toBe(401);
    expect((await get('/api/trpc/projects.list', { cookie })).status).toBe(200);
  });

  it('describes its API to everybody', async () => {
    const { body } = await get('/api/openapi.json');
    expect(body).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: server.url }],
      paths: { '/api/trpc/keys.create': { post: { operationId: 'keys.create' } } },
    });
  });

  it('stops who guesses passwords', async () => {
    await begin();
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      statuses.push((await post('/api/auth/sign-in/email', { ...ada, password: `guess ${i}` })).status);
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(11);
    expect(statuses.at(-1)).toBe(429);
  });
});

it('a server that others reach answers to its name and localhost, and keeps its cookies to https', async () => {
  const publicUrl = 'https://espalier.example';
  const other = await startServer({ ...options('public'), host: '0.0.0.0', publicUrl });
  try {
    expect(other.url).toBe(publicUrl);
    expect(other.setupUrl).toMatch(/^https:\/\/espalier\.example\/setup#/);
    const named = { host: 'espalier.example' };
    const seen = await send(other.port, 'GET', '/healthz', named);
    expect(seen.status).toBe(200);
    expect(seen.headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await send(other.port, 'GET', '/healthz')).status).toBe(200);
    expect((await send(other.port, 'GET', '/healthz', { host: 'evil.example' })).status).toBe(403);
    const token = other.setupUrl?.split('#')[1];
    const body = { token, organization: 'Lab', ...ada };
    const from = (origin: string) =>
      send(other.port, 'POST', '/api/auth/team/setup', { ...named, origin }, body);
    expect((await from('https://evil.example')).status).toBe(403);
    const setup = await from(publicUrl);
    expect(setup.status).toBe(200);
    expect(String(setup.headers['set-cookie'])).toMatch(
      /^__Secure-.*; HttpOnly; SameSite=Lax; Secure|; Secure;/,
    );
  } finally {
    await other.close();
  }
});

it('a server that others reach needs sign-in and a name', async () => {
  const { team, ...alone } = options('refused');
  const publicUrl = 'https://espalier.example';
  await expect(startServer({ ...alone, host: '0.0.0.0' })).rejects.toThrow(/or add --team/);
  await expect(startServer({ ...alone, publicUrl })).rejects.toThrow(ServerError);
  await expect(startServer({ ...options('refused'), metricsToken: 'short' })).rejects.toThrow(/at least 16/);
  const some = { ...alone, ...(team !== undefined && { team }) };
  await expect(startServer({ ...some, host: '0.0.0.0' })).rejects.toThrow(/--url/);
  for (const wrong of ['espalier.example', 'https://espalier.example/path', 'ftp://x', 'javascript:x']) {
    await expect(startServer({ ...some, publicUrl: wrong })).rejects.toThrow(
      /is not the address of a server/,
    );
  }
  const plain = await startServer({ ...some, publicUrl: 'http://lab.example:4080' });
  await plain.close();
  expect(failures).toContainEqual(expect.stringMatching(/passwords are sent to .*https/));
});
