import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ApiError,
  ClientError,
  connect,
  downloadModel,
  isApiError,
  predict,
  uploadDataset,
  waitForStudy,
  type Client,
} from './index.js';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'espalier-client-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Listens on a free port until the end of the test. */
async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serverOf = async (answer: RequestListener): Promise<string> =>
  `http://${await listening(createServer(answer))}`;

const signalOf = (signal: AbortSignal | undefined) => ({ ...(signal && { signal }) });

type Work = (client: Client, signal?: AbortSignal) => Promise<unknown>;

/** Everything that asks a server, with the method and path that it asks first. */
const works: readonly (readonly [name: string, asks: string, work: Work])[] = [
  [
    'a query',
    'GET /api/trpc/studies.get',
    ({ api }, signal) => api.studies.get.query({ id: 'one' }, signalOf(signal)),
  ],
  [
    'a change',
    'POST /api/trpc/studies.pause',
    ({ api }, signal) => api.studies.pause.mutate({ id: 'one' }, signalOf(signal)),
  ],
  [
    'a prediction',
    'POST /api/models/one/predict',
    (client, signal) => predict(client, 'one', { text: 'a' }, signalOf(signal)),
  ],
  [
    'a download',
    'GET /api/trpc/models.get',
    async (client, signal) => downloadModel(client, 'one', await folder(), signalOf(signal)),
  ],
  [
    'an upload',
    'GET /api/trpc/projects.list',
    async (client, signal) => {
      const path = join(await folder(), 'a.csv');
      await writeFile(path, 'abc');
      return uploadDataset(client, { name: 'A', path, ...signalOf(signal) });
    },
  ],
  ['a wait', 'GET /api/trpc/studies.get', (client, signal) => waitForStudy(client, 'one', signalOf(signal))],
];

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => {
      throw new Error(`it succeeded: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );

/** Words of libraries and codes, which are no sentences for people. */
const foreignWords =
  /fetch failed|terminated|Unexpected|JSON\.parse|position \d|UND_ERR|\bE[A-Z]{4,}\b(?!_)|HPE_|undici|<!?\w|bad port|transform/;

/** An error of the client that names the address, says something to people, and ends with where. */
function expectTold(error: unknown, base: string, asks: string, message: RegExp): ClientError {
  expect(error).toBeInstanceOf(ClientError);
  const told = error as ClientError;
  const [method = '', path = ''] = asks.split(' ');
  expect(told.address).toBe(`${base}${path}`);
  expect(told.message).toMatch(message);
  expect(told.message).not.toMatch(foreignWords);
  const where = ` (${method} ${base}${path}${told.status === null ? '' : `, status ${told.status}`})`;
  expect(told.message.endsWith(where)).toBe(true);
  expect(told.message).toMatch(/^(?:the prediction|[a-z]+\.[a-zA-Z]+): .*; .* \(/);
  return told;
}

const page = (response: ServerResponse, status: number): void =>
  void response
    .writeHead(status, { 'content-type': 'text/html' })
    .end('<!doctype html><html><body>Bad gateway</body></html>');
const json = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(text);
const refusal = (message: string, code: string, httpStatus: number): string =>
  JSON.stringify({ error: { message, code: -32000, data: { code, httpStatus, path: null } } });

describe.each(works)('%s (%s)', (_, asks, work) => {
  it.each<[string, number | null, boolean, RegExp, (response: ServerResponse) => void]>([
    ['a page of a proxy', 502, true, /a web page.* try again in a moment/, (response) => page(response, 502)],
    [
      'a page of somebody who signs in',
      200,
      false,
      /a web page.*check the address/,
      (response) => page(response, 200),
    ],
    [
      'a page of another server',
      404,
      false,
      /is that of an Espalier server/,
      (response) => page(response, 404),
    ],
    ['a page that asks to wait', 429, true, /wait a while/, (response) => page(response, 429)],
    ['nothing', 503, true, /is empty.*try again/, (response) => void response.writeHead(503).end()],
    ['an empty success', 200, false, /is empty/, (response) => void response.writeHead(200).end()],
    ['JSON of another server', 200, false, /other JSON/, (response) => json(response, 200, '{"hello": 1}')],
    [
      'a refusal of another server',
      404,
      false,
      /other JSON/,
      (response) => json(response, 404, '{"detail": "no"}'),
    ],
    [
      'JSON that is cut short',
      200,
      false,
      /cut short/,
      (response) => json(response, 200, '[{"result": {"da'),
    ],
    [
      'a line of a proxy',
      503,
      true,
      /no healthy upstream/,
      (response) =>
        void response.writeHead(503, { 'content-type': 'text/plain' }).end('no healthy upstream\n'),
    ],
    [
      'less than was said',
      null,
      true,
      /was closed/,
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
        response.write('[{"result"', () => setTimeout(() => response.destroy(), 20));
      },
    ],
    ['a connection that breaks off', null, true, /was closed/, (response) => void response.destroy()],
  ])('says what came that is no answer: %s', async (_, status, retry, message, answer) => {
    const base = await serverOf((request, response) => {
      request.resume();
      request.on('end', () => answer(response));
    });
    const error = expectTold(await failureOf(work(connect({ url: base }))), base, asks, message);
    expect({ status: error.status, retry: error.retry }).toEqual({ status, retry });
    expect(isApiError(error)).toBe(false);
  });

  it.each([
    [401, 'UNAUTHORIZED', 'sign in first', /sign in first; give connect\(\) a key/],
    [403, 'FORBIDDEN', 'this needs the role admin; ask one', /the role admin; ask one \(/],
    [404, 'NOT_FOUND', 'there is no such study', /no such study; check the id/],
    [413, 'PAYLOAD_TOO_LARGE', 'too much', /too much; send less/],
    [429, 'TOO_MANY_REQUESTS', 'too often; try again in 7 seconds', /in 7 seconds \(/],
    [500, 'INTERNAL_SERVER_ERROR', 'something failed', /something failed; try again/],
  ])('says why the server refuses it with %i', async (status, code, said, message) => {
    const base = await serverOf((request, response) => {
      request.resume();
      request.on('end', () => json(response, status, refusal(said, code, status)));
    });
    const error = expectTold(
      await failureOf(work(connect({ url: base, key: 'esp_secret' }))),
      base,
      asks,
      message,
    );
    expect(error.status).toBe(status);
    expect(error.message).not.toContain('esp_secret');
    if (asks.includes('trpc'))
      expect(error).toMatchObject({ name: 'ApiError', data: { code, httpStatus: status } });
  });

  it('says that nobody listens, and that a name is unknown', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const base = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((resolve) => gone.close(resolve));
    const refused = expectTold(
      await failureOf(work(connect({ url: base }))),
      base,
      asks,
      /the connection was refused/,
    );
    expect(refused).toMatchObject({ status: null, retry: true });
    const unknown = 'http://no-such-machine.invalid';
    const message = /host name does not exist|cannot be resolved/;
    expectTold(await failureOf(work(connect({ url: unknown }))), unknown, asks, message);
  });

  it('says that the server does not answer in time, or speaks something else', async () => {
    const silent = `http://${await listening(createSocketServer())}`;
    const late = await failureOf(work(connect({ url: silent, timeout: 0.2 })));
    expect(expectTold(late, silent, asks, /did not answer in time.*longer timeout/).retry).toBe(true);
    const other = `http://${await listening(createSocketServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))}`;
    expectTold(await failureOf(work(connect({ url: other }))), other, asks, /does not speak HTTP/);
  });

  it('stays an abort where it is aborted, before and meanwhile', async () => {
    const silent = `http://${await listening(createSocketServer())}`;
    const client = connect({ url: silent });
    const reason = new Error('enough');
    expect(await failureOf(work(client, AbortSignal.abort(reason)))).toBe(reason);
    const stopped = new AbortController();
    setTimeout(() => stopped.abort(), 100);
    expect(await failureOf(work(client, stopped.signal))).toMatchObject({ name: 'AbortError' });
    expect(await failureOf(work(client, AbortSignal.timeout(100)))).toMatchObject({ name: 'TimeoutError' });
  });
});

describe('an address with https', () => {
  const query: Work = ({ api }) => api.studies.get.query({ id: 'one' });
  const asks = 'GET /api/trpc/studies.get';

  it('says that what listens there speaks no TLS', async () => {
    const base = (await serverOf((_, response) => void response.end())).replace('http:', 'https:');
    expectTold(await failureOf(query(connect({ url: base }))), base, asks, /does not speak TLS.*http:\/\//);
  });

  const makeCertificate = async (): Promise<{ key: string; cert: string } | null> => {
    const at = join(await folder(), 'pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', at, '-out', at, '-nodes', '-days', '1'];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    if (spawnSync('openssl', [...args, ...subject, ...files]).status !== 0) return null;
    const pem = await readFile(at, 'utf8');
    return { key: pem, cert: pem };
  };

  it('says whose certificate is not trusted, and that http is not spoken there', async ({ skip }) => {
    const certificate = await makeCertificate();
    if (certificate === null) return skip('there is no openssl to make a certificate');
    const server = createSecureServer(certificate, (_, response) => void response.end());
    const place = await listening(server);
    const untrusted = await failureOf(query(connect({ url: `https://${place}` })));
    expectTold(untrusted, `https://${place}`, asks, /does not trust; give its file in NODE_EXTRA_CA_CERTS/);
    expect(untrusted).toMatchObject({ retry: false });
    const plain = await failureOf(query(connect({ url: `http://${place}` })));
    expectTold(plain, `http://${place}`, asks, /was closed|does not speak HTTP/);
  });
});

it('calls that share a request are each told of by their own address, and keep their own answers', async () => {
  let requests = 0;
  const base = await serverOf(({ url = '' }, response) => {
    requests++;
    const [, names = ''] = /^\/api\/trpc\/([^?]*)/.exec(url) ?? [];
    const failed = JSON.parse(refusal('there is no such study', 'NOT_FOUND', 404)) as object;
    const answers = names
      .split(',')
      .map((name) => (name === 'studies.get' ? failed : { result: { data: [] } }));
    json(response, 207, JSON.stringify(answers));
  });
  const { api } = connect({ url: base });
  const [projects, error] = await Promise.all([
    api.projects.list.query(),
    failureOf(api.studies.get.query({ id: 'one' })),
  ]);
  expect(requests).toBe(1);
  expect(projects).toEqual([]);
  expect(error).toBeInstanceOf(ApiError);
  expectTold(error, base, 'GET /api/trpc/studies.get', /there is no such study/);
});

describe('a file', () => {
  const models: RequestListener = (request, response) => {
    if (request.url?.startsWith('/api/trpc/models.get'))
      return json(response, 200, '[{"result": {"data": {"files": [{"name": "model.onnx"}]}}}]');
    page(response, 200);
  };

  it('is not taken from a page that came instead of it', async () => {
    const base = await serverOf(models);
    const to = await folder();
    const error = await failureOf(downloadModel(connect({ url: base }), 'one', to));
    expect(error).toMatchObject({ name: 'ClientError', address: `${base}/api/files/models/one/model.onnx` });
    expect((error as Error).message).toMatch(/^model\.onnx: what came is a web page/);
    expect(await readdir(to)).toEqual([]);
  });

  it('of this machine that cannot be read or written is told of in words', async () => {
    const base = await serverOf((request, response) => {
      if (request.url?.startsWith('/api/trpc')) return models(request, response);
      response.writeHead(200, { 'content-length': 3 }).end('abc');
    });
    const client = connect({ url: base });
    const path = join(await folder(), 'file');
    await writeFile(path, '');
    const none = join(path, 'none.png');
    const told = /: (a part of the path is a file|the path already exists); give another path/;
    for (const failing of [
      () => downloadModel(client, 'one', path),
      () => predict(client, 'one', { file: none }),
      () => uploadDataset(client, { name: 'A', path: none }),
    ]) {
      const error = await failureOf(failing());
      expect(error).toBeInstanceOf(ClientError);
      expect(error).toMatchObject({ message: expect.stringMatching(told), retry: false });
    }
  });

  it('that cannot be written leaves no connection on which the server waits', async () => {
    let closed = false;
    const base = await serverOf((request, response) => {
      if (request.url?.startsWith('/api/trpc')) return models(request, response);
      response.on('close', () => (closed = true));
      response.writeHead(200, { 'content-length': 2 ** 26 }).end(Buffer.alloc(2 ** 26));
    });
    const path = join(await folder(), 'file');
    await writeFile(path, '');
    await failureOf(downloadModel(connect({ url: base }), 'one', path));
    await expect.poll(() => closed, { timeout: 20_000 }).toBe(true);
  });

  it('that is aborted on its way stays an abort, and leaves nothing', async () => {
    const stopped = new AbortController();
    const base = await serverOf((request, response) => {
      if (request.url?.startsWith('/api/trpc')) return models(request, response);
      response
        .writeHead(200, { 'content-length': 1000 })
        .write('abc', () => stopped.abort(new Error('enough')));
    });
    const to = await folder();
    const error = await failureOf(
      downloadModel(connect({ url: base }), 'one', to, { signal: stopped.signal }),
    );
    expect(error).toMatchObject({ message: 'enough' });
    expect(await readdir(to)).toEqual([]);
  });
});

describe('a client', () => {
  it.each([
    [{ url: 'espalier.example' }, /is not the address of a server/],
    [{ url: 'ftp://espalier.example' }, /is not the address of a server/],
    [{ url: 'https://ada:secret@espalier.example' }, /holds a name or a password/],
    [{ url: 'http://localhost', key: 'esp_secret\n' }, /the key is empty, or has/],
    [{ url: 'http://localhost', key: '' }, /the key is empty/],
    [{ url: 'http://localhost', timeout: 0 }, /the timeout is 0/],
    [{ url: 'http://localhost', timeout: 301 }, /300 at most/],
  ])('is not made of %j', (options, message) => {
    expect(() => connect(options)).toThrow(ClientError);
    expect(() => connect(options)).toThrow(message);
    expect(() => connect(options)).not.toThrow(/secret/);
  });
});
