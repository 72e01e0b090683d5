import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connect, downloadModel, predict, uploadDataset, waitForStudy, type Client } from './index.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A client of a server that answers as a test wants it. */
async function clientOf(answer: Answer): Promise<Client> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return connect({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'esp_key' });
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'espalier-client-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const json = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
/** Answer to a batch of one call. */
const called = (response: ServerResponse, data: unknown): void => json(response, [{ result: { data } }]);

const content = Buffer.alloc(300_000, 'model');

/** A server of one model, whose files break off so many times. */
const modelServer =
  (name: string, breaks: number): Answer =>
  ({ url = '', headers }, response) => {
    expect(headers.authorization).toBe('Bearer esp_key');
    if (url.startsWith('/api/trpc/models.get')) return called(response, { files: [{ name, bytes: 1 }] });
    expect(url).toBe('/api/files/models/one/model.onnx');
    response.writeHead(200, { 'content-length': content.length });
    if (breaks-- <= 0) response.end(content);
    else response.write(content.subarray(0, 200_000), () => response.destroy());
  };

it('a file that breaks off is fetched again, and is there once it is whole', async () => {
  const to = await folder();
  const client = await clientOf(modelServer('model.onnx', 2));
  expect(await downloadModel(client, 'one', to)).toEqual([join(to, 'model.onnx')]);
  expect(await readFile(join(to, 'model.onnx'))).toEqual(content);
  expect(await readdir(to)).toEqual(['model.onnx']);
});

it('a file that does not come whole leaves what was there before', async () => {
  const to = await folder();
  await writeFile(join(to, 'model.onnx'), 'the one before');
  const client = await clientOf(modelServer('model.onnx', Infinity));
  await expect(downloadModel(client, 'one', to)).rejects.toThrow();
  expect(await readFile(join(to, 'model.onnx'), 'utf8')).toBe('the one before');
  expect(await readdir(to)).toEqual(['model.onnx']);
});

it('a file is written into the folder and nowhere else', async () => {
  for (const name of ['../model.onnx', '/tmp/model.onnx', '.npmrc', '..']) {
    const client = await clientOf(modelServer(name, 0));
    await expect(downloadModel(client, 'one', await folder())).rejects.toThrow('none of a model');
  }
});

/** A server that takes a file in two parts, and answers each try of them as it is told. */
function uploadServer(tries: ('breaks off' | number)[], parts: Map<string, string>): Answer {
  return ({ url = '', headers }, response) => {
    const status = { id: 'up', name: 'a.csv', bytes: 5, partBytes: 3, parts: 2, there: [] };
    if (url.startsWith('/api/trpc/projects.list')) return called(response, [{ id: 'project' }]);
    if (url.startsWith('/api/trpc/datasets.beginUpload')) return called(response, status);
    if (url.startsWith('/api/trpc/datasets.completeUpload')) return called(response, { id: 'dataset' });
    const now = tries.shift() ?? 204;
    if (now === 'breaks off') return void response.destroy();
    if (now !== 204) return json(response, { error: { message: 'not now' } }, now);
    parts.set(url, String(headers['x-content-sha256']));
    response.writeHead(204).end();
  };
}

it('a part that does not arrive is sent again, and one that is refused is not', async () => {
  const path = join(await folder(), 'a.csv');
  await writeFile(path, 'abcde');
  const parts = new Map<string, string>();
  const tries: ('breaks off' | number)[] = ['breaks off', 503, 204, 429];
  const client = await clientOf(uploadServer(tries, parts));
  expect(await uploadDataset(client, { name: 'A', path })).toEqual({ id: 'dataset' });
  expect(tries).toEqual([]);
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  expect([...parts]).toEqual([
    ['/api/uploads/up/0', sha256('abc')],
    ['/api/uploads/up/1', sha256('de')],
  ]);
  const refusing = await clientOf(uploadServer([413, 204], parts));
  await expect(uploadDataset(refusing, { name: 'A', path })).rejects.toMatchObject({
    message: expect.stringMatching(
      /^part 0: not now; send less at once \(PUT http:.*\/api\/uploads\/up\/0, status 413\)$/,
    ),
    status: 413,
  });
});

it('what is refused says why, and nothing that a proxy wrote', async () => {
  const refusing = await clientOf((_, response) => json(response, { error: { message: 'send less' } }, 413));
  await expect(predict(refusing, 'one', { text: 'hello' })).rejects.toMatchObject({
    name: 'ClientError',
    message: expect.stringMatching(/^the prediction: send less; .*status 413\)$/),
    status: 413,
  });
  const proxy = await clientOf((_, response) => void response.writeHead(502).end('<html>Bad gateway</html>'));
  await expect(predict(proxy, 'one', { text: 'hello' })).rejects.toThrow(/^the prediction: .*status 502\)$/);
  await expect(predict(proxy, 'one', { file: 'notes.pdf' })).rejects.toThrow('no picture or recording');
});

it('a server that cannot be reached is told of at once', async () => {
  const nobody = connect({ url: 'http://127.0.0.1:1' });
  await expect(waitForStudy(nobody, 'one')).rejects.toThrow(/^studies\.get: .*127\.0\.0\.1:1\//);
});

it('a study whose end was told while nobody listened is over all the same', async () => {
  let asked = 0;
  const client = await clientOf(({ url = '' }, response) => {
    if (url.startsWith('/api/trpc/studies.events')) return void response.writeHead(503).end();
    called(response, { id: 'one', state: asked++ === 0 ? 'running' : 'finished', lastEvent: 0 });
  });
  expect(await waitForStudy(client, 'one')).toMatchObject({ state: 'finished' });
  expect(asked).toBe(2);
});
