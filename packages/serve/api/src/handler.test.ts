import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addApi, LONGEST_PARAMETER, type AppRouter } from './index.js';
import { addEvents, makeStudy, makeTeam, openTestStore, type Team, type TestStore } from './testing/store.js';

let store: TestStore;
let team: Team;
let app: FastifyInstance;
let url: string;
const failures: string[] = [];
beforeAll(async () => {
  store = await openTestStore();
  team = await makeTeam(store);
  app = fastify({ routerOptions: { maxParamLength: LONGEST_PARAMETER }, forceCloseConnections: true });
  addApi(app, {
    path: '/api/trpc',
    contextOf: async ({ headers }) => ({
      ...team.contextFor('member'),
      ...(headers['x-broken'] !== undefined && { database: {} as never }),
      onFailure: (_, path) => failures.push(path),
    }),
  });
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/api/trpc`;
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const client = () =>
  createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url, EventSource }),
        false: httpBatchLink({ url }),
      }),
    ],
  });

/** Follows a study until it has had so many events; gives their numbers. */
function follow(id: string, count: number, lastEventId?: string): Promise<number[]> {
  const numbers: number[] = [];
  return new Promise((resolve, reject) => {
    const subscription = client().studies.events.subscribe(
      { id, lastEventId: lastEventId ?? null },
      {
        onData: ({ data }) => {
          numbers.push(data.number);
          if (numbers.length < count) return;
          subscription.unsubscribe();
          resolve(numbers);
        },
        onError: reject,
      },
    );
  });
}

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the API over HTTP', () => {
  it('answers calls', async () => {
    const { id } = await makeStudy(store.database, team.projectId, { name: 'Over HTTP' });
    expect(await client().studies.get.query({ id })).toMatchObject({ name: 'Over HTTP' });
    const other = await fetch(url.replace('/api/trpc', '/api/trpcs'));
    expect(other.status).toBe(404);
  });

  it('says in its own words what is wrong with an input', async () => {
    const { studies, datasets } = client();
    await expect(studies.get.query({ id: 'pets' })).rejects.toThrow(/^id: this is not an id$/);
    await expect(datasets.list.query({ limit: 0 })).rejects.toThrow(/^limit: this must be at least 1$/);
  });

  it('tells what happens to a study as it happens, and what was missed', async () => {
    const { id } = await makeStudy(store.database, team.projectId);
    await addEvents(store.database, id, 3);
    const all = follow(id, 8);
    await addEvents(store.database, id, 5);
    expect(await all).toEqual(upTo(1, 8));
    expect(await follow(id, 3, '5')).toEqual([6, 7, 8]);
  });

  it('has no gap for those who come and go while it happens', async () => {
    const { id } = await makeStudy(store.database, team.projectId);
    const writing = addEvents(store.database, id, 60);
    const numbers: number[] = [];
    while (numbers.length < 60) {
      numbers.push(...(await follow(id, Math.min(7, 60 - numbers.length), String(numbers.length))));
    }
    await writing;
    expect(numbers).toEqual(upTo(1, 60));
  });

  it('gives many followers the same', async () => {
    const { id } = await makeStudy(store.database, team.projectId);
    const all = Promise.all(Array.from({ length: 20 }, () => follow(id, 10)));
    await addEvents(store.database, id, 10);
    for (const numbers of await all) expect(numbers).toEqual(upTo(1, 10));
  });

  it('says what is wrong without what is inside', async () => {
    const post = (body: string) =>
      fetch(`${url}/studies.rename`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
      });
    for (const body of ['{', '[]', '"x"', '{"id":"../../etc/passwd","name":"x"}']) {
      const response = await post(body);
      const text = await response.text();
      expect(response.status, text).toBeGreaterThanOrEqual(400);
      expect(text).not.toMatch(/\.ts:|node_modules|"stack"/);
    }
    expect((await post(`{"id":"${'x'.repeat(1_100_000)}"}`)).status).toBe(413);
  });

  it('keeps what failed inside to its log', async () => {
    const response = await fetch(`${url}/projects.list`, { headers: { 'x-broken': '1' } });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('the server failed');
    expect(text).not.toMatch(/undefined|TypeError|\.ts:/);
    expect(failures).toEqual(['projects.list']);
  });
});
