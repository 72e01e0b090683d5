import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { appRouter } from '@espalier/api';
import { authRoutes } from '@espalier/auth';
import { readDescription } from '@espalier/base/http/testing';
import { emptyStore, storeFolder } from '@espalier/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type RunningServer, type ServerOptions } from './index.js';
import { routeOf } from './observe.js';

const root = storeFolder('openapi');
const start = (name: string, more: Partial<ServerOptions> = {}): Promise<RunningServer> =>
  startServer({
    place: emptyStore(join(root, name)),
    blobs: { kind: 'folder', folder: join(root, `${name}-blobs`) },
    list: null,
    onFailure: (message) => failures.push(message),
    ...more,
  });
const failures: string[] = [];
let single: RunningServer;
let team: RunningServer;
beforeAll(async () => {
  single = await start('single');
  team = await start('team', {
    team: { secret: 'a secret of a test, with 32 characters or more', oidc: null },
  });
});
afterAll(async () => {
  await single.close();
  await team.close();
  rmSync(root, { recursive: true, force: true });
});

const documentOf = async ({ url }: RunningServer) =>
  (await (await fetch(`${url}/api/openapi.json`)).json()) as { readonly security: object[]; paths: object };

const files = [
  'GET /api/files/datasets/{id}/{example}',
  'GET /api/files/models/{id}/{file}',
  'GET /api/files/studies/{id}/{example}',
  'POST /api/models/{id}/predict',
  'PUT /api/uploads/{id}/{part}',
];
const own = ['GET /api/openapi.json', 'GET /healthz', 'GET /metrics'];
const signIn = authRoutes.map(({ method, path }) => `${method} /api/auth${path}`);
const types = appRouter._def.procedures as unknown as Readonly<
  Record<string, { readonly _def: { readonly type: string } }>
>;
const procedures = Object.entries(types).map(
  ([name, { _def }]) => `${_def.type === 'mutation' ? 'POST' : 'GET'} /api/trpc/${name}`,
);

/** A path with something in the place of what varies. */
const filled = (path: string): string =>
  path
    .replace('{id}', randomUUID())
    .replace('{part}', '0')
    .replace('{file}', 'model.onnx')
    .replace('{example}', 'a/b');

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function ask(
  { url }: RunningServer,
  route: string,
  {
    body,
    query = '',
    headers = {},
  }: { body?: object; query?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const [method = '', path = ''] = route.split(' ');
  const response = await fetch(`${url}${filled(path)}${query}`, {
    ...{ method, redirect: 'manual' },
    headers: { origin: url, 'content-type': 'application/json', ...headers },
    ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
  });
  const type = response.headers.get('content-type') ?? '';
  // A stream of events would not end.
  if (type.startsWith('text/event-stream')) await response.body?.cancel();
  const text = type.startsWith('text/event-stream') ? '' : await response.text();
  const parsed: unknown = type.startsWith('application/json') && text !== '' ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body: parsed };
}

describe('the description of a server', () => {
  it('is valid, and names all that it answers: of a team with sign-in, of one user without', async () => {
    const [alone, together] = [await documentOf(single), await documentOf(team)];
    expect((await readDescription(alone)).routes).toEqual([...procedures, ...files, ...own].sort());
    expect((await readDescription(together)).routes).toEqual(
      [...procedures, ...files, ...own, ...signIn].sort(),
    );
    expect(alone.security).toEqual([]);
    expect(together.security).toEqual([{ key: [] }, { cookie: [] }]);
  });

  it('names nothing that is not there, and nothing that is counted as a page', async () => {
    for (const server of [single, team]) {
      const description = await readDescription(await documentOf(server));
      for (const route of description.routes) {
        const [, path = ''] = route.split(' ');
        expect(routeOf(filled(path)), route).not.toBe('/{page}');
        const answer = await ask(server, route);
        expect(JSON.stringify(answer.body), route).not.toContain('there is no route');
        expect(description.answerProblem(route, answer), `${route} ${answer.status}`).toBeNull();
      }
    }
    // Nobody has begun the single sign-on that the callback would end.
    expect(failures.filter((one) => one !== 'sign-in: State not found')).toEqual([]);
  });

  it('holds for how people sign in', async () => {
    const description = await readDescription(await documentOf(team));
    const step = async (route: string, asked: Parameters<typeof ask>[2]): Promise<Answered> => {
      const answer = await ask(team, route, asked);
      expect(answer.status, `${route}: ${JSON.stringify(answer.body)}`).toBe(200);
      expect(description.answerProblem(route, answer)).toBeNull();
      if (asked?.body !== undefined) expect(description.requestProblem(route, asked.body)).toBeNull();
      return answer;
    };
    const cookieOf = ({ headers }: Answered): string => String(headers.get('set-cookie')).split(';')[0] ?? '';
    const dataOf = ({ body }: Answered) => (body as { result: { data: Record<string, string> } }).result.data;
    const ada = { email: 'ada@example.org', password: 'correct horse battery' };
    const token = String(team.setupUrl?.split('#')[1]);
    await step('POST /api/auth/team/setup', { body: { token, organization: 'Lab', name: 'Ada', ...ada } });
    const headers = { cookie: cookieOf(await step('POST /api/auth/sign-in/email', { body: ada })) };
    await step('GET /api/trpc/session.get', { headers });
    const bob = { email: 'bob@example.org', role: 'viewer' };
    const invited = dataOf(await step('POST /api/trpc/members.invite', { body: bob, headers }));
    const key = await step('POST /api/trpc/keys.create', {
      headers,
      body: { name: 'CI', role: 'admin', days: 1 },
    });
    const bearer = { authorization: `Bearer ${dataOf(key)['key']}` };
    for (const list of ['members.list', 'members.invitations', 'keys.list', 'audit.list', 'projects.list']) {
      const query = list === 'projects.list' ? '' : `?input=${encodeURIComponent('{}')}`;
      await step(`GET /api/trpc/${list}`, { query, headers: bearer });
    }
    await step('GET /metrics', { headers: bearer });
    await step('GET /api/auth/team/invitation', { query: `?token=${invited['token']}` });
    const account = { name: 'Bob', password: 'another horse battery' };
    await step('POST /api/auth/team/join', { body: { token: invited['token'], account } });
    const change = { currentPassword: ada.password, newPassword: 'battery horse correct' };
    await step('POST /api/auth/change-password', { headers, body: change });
    await step('POST /api/auth/sign-out', { headers, body: {} });
    expect((await ask(team, 'GET /api/trpc/projects.list', { headers })).status).toBe(401);
  });
});

describe('an address of nothing', () => {
  it.each([
    [
      '/nothing',
      'text/html,*/*',
      'text/plain; charset=utf-8',
      'there is no route at /nothing; check the address, or see /api/openapi.json for the routes\n',
    ],
    [
      '/nothing?a=<b>',
      '*/*',
      'application/json; charset=utf-8',
      /^\{"error":\{"message":"there is no route at \/nothing; check the address, .*openapi\.json/,
    ],
    ['/api/nothing', 'text/html', 'application/json; charset=utf-8', /there is no route at \/api\/nothing;/],
    ['/api/auth/nothing', '*/*', 'application/json', /there is no route at this address; .*openapi/],
    [
      '/api/files/nothing',
      '*/*',
      'application/json; charset=utf-8',
      /there is no route at this address; .*openapi/,
    ],
  ])('is told of in a sentence: %s for %s', async (path, accept, type, said) => {
    for (const server of [single, team]) {
      if (path.startsWith('/api/auth') && server === single) continue;
      const response = await fetch(`${server.url}${path}`, { headers: { accept } });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe(type);
      const text = await response.text();
      if (typeof said === 'string') expect(text).toBe(said);
      else expect(text).toMatch(said);
    }
  });

  it('below /api is none of the pages', async () => {
    const pages: ServerOptions['pages'] = (_, response) => Promise.resolve(void response.end('a page'));
    const server = await start('pages', { pages });
    try {
      expect(await (await fetch(`${server.url}/nothing`)).text()).toBe('a page');
      expect((await fetch(`${server.url}/api/nothing`)).status).toBe(404);
    } finally {
      await server.close();
    }
  });
});

it('a call that is none is told of in words of ours, and in the shape that is described', async () => {
  const description = await readDescription(await documentOf(single));
  const url = `${single.url}/api/trpc`;
  const json = { 'content-type': 'application/json' };
  const calls: readonly (readonly [number, RegExp, string, RequestInit])[] = [
    [404, /^there is no procedure 'studies\.nothing'; .*openapi/, 'studies.nothing', {}],
    [
      405,
      /^a procedure that looks is asked by GET/,
      'studies.list',
      { method: 'POST', headers: json, body: '{}' },
    ],
    [400, /^the input is not JSON/, 'studies.list?input={', {}],
    [400, /^the input is not JSON/, 'studies.rename', { method: 'POST', headers: json, body: '{' }],
    [415, /^send the input as application\/json$/, 'studies.rename', { method: 'POST', body: '{}' }],
    [
      413,
      /^the input is larger/,
      'studies.rename',
      { method: 'POST', headers: json, body: JSON.stringify({ id: 'x'.repeat(2e6) }) },
    ],
  ];
  for (const [status, said, path, init] of calls) {
    const response = await fetch(`${url}/${path}`, init);
    const body = (await response.json()) as { readonly error: { readonly message: string } };
    expect({ path, status: response.status, message: body.error.message }).toEqual({
      ...{ path, status, message: expect.stringMatching(said) },
    });
    const { headers } = response;
    const answer = { status: response.status, headers, body };
    expect(description.answerProblem('POST /api/trpc/studies.rename', answer)).toBeNull();
  }
});
