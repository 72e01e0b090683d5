import { createLimits } from '@espalier/auth';
import { readDescription } from '@espalier/base/http/testing';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fileRoutes } from './http/routes.js';
import { addApi, appRouter, LONGEST_PARAMETER, openApiDocument } from './index.js';
import { makeStudy, makeTeam, openTestStore, type Team, type TestStore } from './testing/store.js';

const few = { points: 4, seconds: 60 };
let store: TestStore;
let team: Team;
const app = fastify({ routerOptions: { maxParamLength: LONGEST_PARAMETER }, forceCloseConnections: true });
let url: string;
beforeAll(async () => {
  store = await openTestStore();
  team = await makeTeam(store);
  const limits = createLimits({ read: few, change: few, stranger: few });
  addApi(app, {
    path: '/api/trpc',
    contextOf: async ({ headers }) => ({
      ...team.contextFor('member'),
      limits,
      address: String(headers['x-test']),
    }),
  });
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/api/trpc`;
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const operation = z.object({
  operationId: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.literal('query'), required: z.boolean() }))
    .optional(),
});

const documentOf = () =>
  openApiDocument({ url: new URL(url).origin, version: '1.2.3', procedures: '/api/trpc', signIn: true });

const names = Object.keys(appRouter._def.procedures);

describe('the description of the API', () => {
  it('is valid OpenAPI and names every procedure and every route of files', async () => {
    const { routes } = await readDescription(documentOf());
    const procedures = routes.filter((route) => route.includes('/api/trpc/'));
    expect(procedures.map((route) => route.split('/api/trpc/')[1]).sort()).toEqual([...names].sort());
    expect(routes.filter((route) => !route.includes('/api/trpc/'))).toEqual(
      fileRoutes.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    // The reader would notice what is wrong.
    const wrong = { ...documentOf(), paths: { '/x': { get: { responses: 1 } } } };
    await expect(readDescription(wrong)).rejects.toThrow('not valid OpenAPI');
  });

  it.each(names)('says of %s in a sentence what it does, and what it answers', (name) => {
    const item = documentOf().paths[`/api/trpc/${name}`] ?? {};
    const [operation] = Object.values(item) as {
      readonly summary: string;
      readonly responses: Readonly<Record<string, { readonly content: object }>>;
    }[];
    expect(operation?.summary).toMatch(/^[A-Z][a-z]+s? .*[^.]$/);
    expect(JSON.stringify(operation?.responses[200]?.content)).toMatch(/result|contentSchema/);
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(['429', 'default']));
  });

  it('holds for what is answered and refused', async () => {
    const description = await readDescription(documentOf());
    const { id } = await makeStudy(store.database, team.projectId, { name: 'Birds', trials: [[0.5, 0.7]] });
    const ask = async (name: string, input: object | undefined, method = 'GET'): Promise<void> => {
      const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      const headers = { 'x-test': `answers ${name}`, 'content-type': 'application/json' };
      const response = await (method === 'GET'
        ? fetch(`${url}/${name}${query}`, { headers })
        : fetch(`${url}/${name}`, { method, headers, body: JSON.stringify(input) }));
      const answer = { status: response.status, headers: response.headers, body: await response.json() };
      expect(description.answerProblem(`${method} /api/trpc/${name}`, answer), name).toBeNull();
    };
    for (const name of names.filter((one) => one.endsWith('.list'))) await ask(name, { studyId: id });
    for (const name of ['get', 'report', 'probes', 'decisions']) await ask(`studies.${name}`, { id });
    for (const name of ['leaderboard', 'curves']) await ask(`trials.${name}`, { studyId: id });
    await ask('session.get', undefined);
    await ask('studies.rename', { id, name: 'Owls' }, 'POST');
    await ask('studies.rename', {}, 'POST');
    await ask('projects.create', { name: 'Owls', slug: 'owls' }, 'POST');
    await ask('members.invite', { email: 'ada@example.org', role: 'viewer' }, 'POST');
  });

  it('tells how a query and a change are asked', async () => {
    const { servers, paths } = documentOf();
    const base = `${servers[0]?.url ?? ''}/api/trpc`;
    const { id } = await makeStudy(store.database, team.projectId, { name: 'Pets' });

    const list = operation.parse(paths['/api/trpc/studies.list']?.['get']);
    const [input] = list.parameters ?? [];
    expect(input).toMatchObject({ name: 'input', required: true });
    const query = new URLSearchParams({ [input?.name ?? '']: JSON.stringify({ search: 'pets' }) });
    const found = await fetch(`${base}/studies.list?${query}`, { headers: { 'x-test': 'a' } });
    expect(await found.json()).toMatchObject({ result: { data: { items: [{ id, name: 'Pets' }] } } });
    expect(found.headers.get('cache-control')).toBe('no-store');

    operation.parse(paths['/api/trpc/studies.rename']?.['post']);
    const renamed = await fetch(`${base}/studies.rename`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-test': 'a' },
      body: JSON.stringify({ id, name: 'Animals' }),
    });
    expect(renamed.status).toBe(200);
    const refused = await fetch(`${base}/studies.rename`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-test': 'a' },
      body: '{}',
    });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { message: expect.any(String), code: expect.any(Number), data: { httpStatus: 400 } },
    });
  });
});

it('who asks too often is told when to ask again, each call of a batch counted', async () => {
  const ask = (path: string) => fetch(`${url}/${path}`, { headers: { 'x-test': 'b' } });
  expect((await ask('projects.list')).status).toBe(200);
  const batch = await ask(
    'projects.list,projects.list,projects.list,projects.list?batch=1&input=' + encodeURIComponent('{}'),
  );
  expect(batch.status).toBe(207);
  const last = await ask('projects.list');
  expect(last.status).toBe(429);
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(50);
  expect(await last.json()).toMatchObject({
    error: {
      message: expect.stringMatching(/too many requests; try again in \d+ seconds/),
      data: { code: 'TOO_MANY_REQUESTS', httpStatus: 429 },
    },
  });
});
