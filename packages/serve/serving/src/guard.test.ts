import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ServingError, startServer, type RequestLine } from './index.js';
import { fakePredictor, modelFile, serve } from './testing/server.js';

const TOKEN = 'correct-horse-battery-staple';

describe('a token', () => {
  it.each(['0.0.0.0', '::', '192.168.0.7', '', '127.evil.example', '1270.0.0.1'])(
    'is needed to listen on %j',
    async (host) => {
      const started = startServer({ predictor: fakePredictor('text', await modelFile()), host });
      await expect(started).rejects.toThrow(ServingError);
      await expect(started).rejects.toThrow(
        /clients need a token; give --token-file, set ESPALIER_SERVE_TOKEN/,
      );
    },
  );

  it.each(['short', '', 'with spaces in between', 'a line\nand another one'])(
    'cannot be %j, and is not repeated',
    async (token) => {
      const started = startServer({ predictor: fakePredictor('text', await modelFile()), token });
      const error = await started.catch((reason: unknown) => reason as Error);
      expect(error).toBeInstanceOf(ServingError);
      expect((error as Error).message).toMatch(/the token must be at least 16/);
      if (token !== '') expect((error as Error).message).not.toContain(token);
    },
  );

  it('guards everything but what starts and watches the server', async () => {
    const lines: RequestLine[] = [];
    const onRequest = (line: RequestLine): void => void lines.push(line);
    const { get, texts, fake } = await serve('text', { host: '0.0.0.0', token: TOKEN, onRequest });
    for (const path of ['/healthz', '/readyz']) expect((await get(path)).status).toBe(200);
    for (const path of ['/v1/model', '/metrics', '/v1/nothing', '/healthz/x']) {
      expect((await get(path)).status).toBe(401);
    }
    const without = await texts(['a']);
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
    expect(without.body.error).toEqual({
      code: 'unauthorized',
      message: 'the request has no token; send "Authorization: Bearer <token>"',
    });
    for (const wrong of [
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      `Basic ${TOKEN}`,
      TOKEN,
      'Bearer ',
      `Bearer ${TOKEN.toUpperCase()}`,
    ]) {
      expect((await texts(['a'], { headers: { authorization: wrong } })).status).toBe(401);
    }
    expect(fake.batches).toEqual([]);
    const authorization = `bearer ${TOKEN}`;
    expect((await texts(['a'], { headers: { authorization } })).status).toBe(200);
    expect((await get('/metrics', { authorization })).status).toBe(200);
    expect(JSON.stringify(lines)).not.toContain(TOKEN);
  });
});

describe('without a token', () => {
  const statusFor = (url: string, host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(`${url}/v1/model`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on('error', reject).end();
    });

  it('a server answers to names of its machine alone, lest a web page reaches it by another', async () => {
    const { server } = await serve('text');
    for (const own of ['localhost', 'localhost:99', '127.0.0.1:99', '[::1]:99']) {
      expect(await statusFor(server.url, own)).toBe(200);
    }
    for (const other of [
      'evil.example',
      'evil.example:80',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ]) {
      expect(await statusFor(server.url, other)).toBe(403);
    }
  });
});
