import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLimits } from '@espalier/auth';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { appRouter, createApiHandler, openApiDocument } from './index.js';
import { makeStudy, makeTeam, openTestStore, type Team, type TestStore } from './test-fixtures.js';

const few = { points: 4, seconds: 60 };
let store: TestStore;
let team: Team;
const server = createServer();
let url: string;
beforeAll(async () => {
  store = await openTestStore();
  team = await makeTeam(store);
  const limits = createLimits({ read: few, change: few, stranger: few });
  const handle = createApiHandler({
    path: '/api/trpc',
    contextOf: async ({ headers }) => ({
      ...team.contextFor('member'),
      limits,
      address: String(headers['x-test']),
    }),
  });
  server.on('request', (request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/trpc`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await store.close();
});

const operation = z.object({
  operationId: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.literal('query'), required: z.boolean() }))
    .optional(),
});

describe('the description of the API', () => {
  it('is valid OpenAPI and names every procedure', async () => {
    const document = openApiDocument(url, '1.2.3');
    const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(Object.keys(document.paths)).toEqual(
      Object.keys(appRouter._def.procedures).map((path) => `/${path}`),
    );
    // The validator would notice what is wrong.
    const wrong = { ...document, paths: { '/x': { get: { responses: 1 } } } };
    expect((await new Validator().validate(wrong)).valid).toBe(false);
  });

  it('tells how a query and a change are asked', async () => {
    const { servers, paths } = openApiDocument(url, '1');
    const base = servers[0]?.url ?? '';
    const { id } = await makeStudy(store.database, team.projectId, { name: 'Pets' });

    const list = operation.parse(paths['/studies.list']?.['get']);
    const [input] = list.parameters ?? [];
    expect(input).toMatchObject({ name: 'input', required: true });
    const query = new URLSearchParams({ [input?.name ?? '']: JSON.stringify({ search: 'pets' }) });
    const found = await fetch(`${base}/studies.list?${query}`, { headers: { 'x-test': 'a' } });
    expect(await found.json()).toMatchObject({ result: { data: { items: [{ id, name: 'Pets' }] } } });
    expect(found.headers.get('cache-control')).toBe('no-store');

    operation.parse(paths['/studies.rename']?.['post']);
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
      message: expect.stringMatching(/too often; try again in \d+ seconds/),
      data: { code: 'TOO_MANY_REQUESTS', httpStatus: 429 },
    },
  });
});
