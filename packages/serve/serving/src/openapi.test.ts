import { readDescription, type Description } from '@espalier/base/http/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serve, type TestServer } from './testing/server.js';

const TOKEN = 'correct-horse-battery-staple';

const descriptionOf = async (
  { get }: TestServer,
  headers: Record<string, string> = {},
): Promise<Description> => readDescription((await (await get('/openapi.json', headers)).json()) as object);

/** Validates an answer by the server's own description. */
async function problemOf(
  description: Description,
  route: string,
  response: Response,
): Promise<string | null> {
  const { status, headers } = response;
  const isJson = headers.get('content-type')?.startsWith('application/json') ?? false;
  const body: unknown = await (isJson ? response.json() : response.text());
  return description.answerProblem(route, { status, headers, body });
}

describe.each(['text', 'image', 'audio'] as const)(
  'the description of a server of a model of %s',
  (modality) => {
    it('is valid and names every route that there is', async () => {
      const one = await serve(modality);
      const { routes } = await descriptionOf(one);
      const { error } = (await (await one.get('/v1/nothing')).json()) as { error: { message: string } };
      const [, listed = ''] = /the routes are (.*)$/.exec(error.message) ?? [];
      expect(listed.split(', ').sort()).toEqual(routes);
      expect(routes).toContain('POST /v1/predict');
    });

    it.each([[{}], [{ token: TOKEN }]])('says what is answered, with the options %j', async (options) => {
      const one = await serve(modality, options);
      const headers: Record<string, string> = 'token' in options ? { authorization: `Bearer ${TOKEN}` } : {};
      const description = await descriptionOf(one, headers);
      for (const route of description.routes) {
        const [method, path = ''] = route.split(' ');
        if (method !== 'GET') continue;
        const response = await one.get(path, headers);
        expect(response.status).toBe(200);
        expect(await problemOf(description, route, response)).toBeNull();
        expect(await problemOf(description, route, await one.get(path))).toBeNull();
      }
    });
  },
);

describe('the description of POST /v1/predict', () => {
  it('holds for answers of every kind', async () => {
    const one = await serve('text', { limits: { inputs: 3, fileBytes: 100, bodyBytes: 200 } });
    const description = await descriptionOf(one);
    const bodies = [
      ...['{"texts": ["a", "bb"]}', '{"text": "a"}', '{"texts": ["", "a"]}', '{"texts": [""]}', '{}', '{'],
      ...['{"texts": ["a", "a", "a", "a"]}', `{"text": "${'x'.repeat(300)}"}`, '{"text": "thirteen long"}'],
      '{"text": "seventeen letters"}',
    ];
    const statuses = new Set<number>();
    for (const [i, body] of bodies.entries()) {
      const type = i === 0 ? ['application/json', 'text/plain'] : ['application/json'];
      for (const contentType of type) {
        const response = await fetch(`${one.server.url}/v1/predict`, {
          ...{ method: 'POST', body },
          headers: { 'content-type': contentType },
        });
        statuses.add(response.status);
        expect(await problemOf(description, 'POST /v1/predict', response)).toBeNull();
      }
    }
    expect([...statuses].sort()).toEqual([200, 400, 413, 415, 422, 500, 504]);
  });

  it.each(['text', 'image', 'audio'] as const)(
    'allows the bodies that a model of %s takes, and no other',
    async (modality) => {
      const one = await serve(modality, { limits: { inputs: 3 } });
      const description = await descriptionOf(one);
      const names = fc.constantFrom('text', 'texts', 'image', 'images', 'audio', 'audios', 'top');
      const item = fc.oneof(fc.constantFrom('AAAA', 'AAA='), fc.integer(), fc.constant(null));
      const value = fc.oneof(item, fc.array(item, { maxLength: 4 }));
      const members = fc.array(fc.tuple(names, value), { minLength: 1, maxLength: 2 });
      const seen = new Set<boolean>();
      await fc.assert(
        fc.asyncProperty(fc.oneof(members.map(Object.fromEntries), value), async (body) => {
          const { status } = await one.post(JSON.stringify(body), { type: 'application/json' });
          const allowed = description.requestProblem('POST /v1/predict', body) === null;
          seen.add(allowed);
          expect(status === 200).toBe(allowed);
        }),
        { numRuns: 300, examples: [[{ [modality]: 'AAAA' }], [{ [`${modality}s`]: ['AAAA', 'AAA='] }]] },
      );
      expect(seen.size).toBe(2);
    },
  );
});

it('tells a token from none', async () => {
  const open = await serve('image');
  const guarded = await serve('image', { token: TOKEN });
  const documentOf = async ({ get }: TestServer, headers = {}) =>
    (await get('/openapi.json', headers)).json() as Promise<{ security: object[]; paths: object }>;
  expect((await guarded.get('/openapi.json')).status).toBe(401);
  expect((await documentOf(open)).security).toEqual([]);
  const document = await documentOf(guarded, { authorization: `Bearer ${TOKEN}` });
  expect(document.security).toEqual([{ token: [] }]);
  expect(document.paths).toMatchObject({
    '/healthz': { get: { security: [] } },
    '/': { get: { security: [] } },
  });
});
