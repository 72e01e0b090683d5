import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ServingError, startServer, type RequestLine } from './index.js';
import { fakePredictor, formOf, modelFile, probabilitiesOf, serve, until } from './testing/server.js';

const metric = async (get: (path: string) => Promise<Response>, name: string): Promise<number> => {
  const text = await (await get('/metrics')).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? NaN : Number(line.slice(name.length));
};

describe('a server that is full', () => {
  it('refuses with 503 and Retry-After, and takes on again what there is room for', async () => {
    const { fake, texts, get } = await serve('text', { limits: { batch: 1, wait: 0, queue: 3, inputs: 3 } });
    const release = fake.hold();
    const first = texts(['a', 'bb']);
    await until(() => fake.batches.length === 1);
    const refused = await texts(['a', 'bb']);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.body.error?.code).toBe('overloaded');
    const second = texts(['ccc']);
    await until(async () => (await metric(get, 'espalier_queue_length')) === 3);
    const full = await texts(['d']);
    expect(full.body.error?.message).toMatch(/3 inputs are already waiting; try again in a second/);
    release();
    expect((await first).body.predictions?.map(({ labels }) => labels)).toEqual([
      probabilitiesOf(1),
      probabilitiesOf(2),
    ]);
    expect((await second).status).toBe(200);
    expect((await texts(['a', 'bb', 'ccc'])).status).toBe(200);
    expect(await metric(get, 'espalier_queue_length')).toBe(0);
  });

  it('does not read more bodies at once than fit into its memory', async () => {
    const limits = { fileBytes: 1000, bodyBytes: 2500, memoryBytes: 2900 };
    const { fake, post } = await serve('image', { limits });
    const release = fake.hold();
    const first = post(formOf(['a', 900], ['b', 900]));
    await until(() => fake.batches.length === 1);
    const refused = await post(new Uint8Array(900), { type: 'image/png' });
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'overloaded' } } });
    release();
    expect((await first).status).toBe(200);
    await until(async () => (await post(new Uint8Array(900), { type: 'image/png' })).status === 200);
  });
});

describe('a client that goes away', () => {
  it('takes its waiting inputs along, and spoils nothing for others', async () => {
    const lines: RequestLine[] = [];
    const { fake, texts, get, failures } = await serve('text', {
      limits: { batch: 1, wait: 0 },
      onRequest: (line) => lines.push(line),
    });
    const release = fake.hold();
    const first = texts(['a']);
    await until(() => fake.batches.length === 1);
    const controller = new AbortController();
    const gone = texts(['bb', 'ccc', 'dddd'], { signal: controller.signal });
    await until(async () => (await metric(get, 'espalier_queue_length')) === 4);
    controller.abort();
    await expect(gone).rejects.toThrow();
    await until(async () => (await metric(get, 'espalier_queue_length')) === 1);
    const last = texts(['eeeee']);
    await until(async () => (await metric(get, 'espalier_queue_length')) === 2);
    release();
    expect((await first).body.predictions?.[0]?.labels).toEqual(probabilitiesOf(1));
    expect((await last).body.predictions?.[0]?.labels).toEqual(probabilitiesOf(5));
    expect(fake.batches).toEqual([1, 1]);
    expect(await metric(get, 'espalier_inputs_total{outcome="dropped"}')).toBe(3);
    expect(await metric(get, 'espalier_requests_total{route="/v1/predict",status="499"}')).toBe(1);
    expect(lines).toContainEqual(expect.objectContaining({ status: 499, inputs: 3 }));
    expect(failures).toEqual([]);
  });
});

describe('a server that stops', () => {
  it('answers what is under way and takes nothing on', async () => {
    const { server, fake, texts, get } = await serve('text');
    const release = fake.hold();
    const under = texts(['a', 'bb']);
    await until(() => fake.batches.length > 0);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await new Promise((resolve) => socket.once('ready', resolve));
    // A request that has begun keeps its connection open over the stop.
    await new Promise((resolve) => socket.write('POST /v1/predict HTTP/1.1\r\nhost: localhost\r\n', resolve));
    expect((await get('/healthz')).status).toBe(200);
    let closed = false;
    const closing = server.close().then(() => (closed = true));
    await until(() =>
      get('/healthz').then(
        ({ status }) => status !== 200,
        () => true,
      ),
    );
    socket.write('content-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard).toMatch(/^HTTP\/1.1 503 .*"code":"stopping"/s);
    expect(closed).toBe(false);
    release();
    const { status, headers, body } = await under;
    expect(status).toBe(200);
    expect(headers.get('connection')).toBe('close');
    expect(body.predictions?.map(({ labels }) => labels)).toEqual([probabilitiesOf(1), probabilitiesOf(2)]);
    await closing;
  });
});

describe('an answer', () => {
  it('says nothing of what is inside where the server fails, which its own output is told', async () => {
    const { texts, failures, get } = await serve('text');
    const { status, body } = await texts(['x'.repeat(13), 'a']);
    expect(status).toBe(500);
    expect(body.error?.code).toBe('internal');
    expect(JSON.stringify(body)).not.toMatch(/secret|defect|\bat /);
    expect(failures).toEqual([new Error('a defect at /secret/place')]);
    expect(await metric(get, 'espalier_queue_length')).toBe(0);
  });

  it.each(['/healthz', '/v1/nothing', '/%zz', '/metrics'])('of %s has security headers', async (path) => {
    const { get } = await serve('text');
    const { headers } = await get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('is typed also for what is no route, no address and no HTTP', async () => {
    const { get, server } = await serve('text');
    expect(await (await get('/v1/nothing')).json()).toMatchObject({ error: { code: 'not_found' } });
    expect(await (await get('/%zz')).json()).toMatchObject({ error: { code: 'invalid_request' } });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.write('nonsense\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard).toMatch(/^HTTP\/1.1 400 Bad Request\r\n.*\{"error":\{"code":"invalid_request"/s);
  });

  it('describes the model and its limits, and where it came from', async () => {
    const { get } = await serve('image', { limits: { batch: 3 } });
    expect(await (await get('/v1/model')).json()).toMatchObject({
      modality: 'image',
      labels: ['even', 'odd'],
      accepts: ['multipart/form-data', 'application/json', 'image/*'],
      source: { backbone: 'fake', freezeDepth: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      limits: { batch: 3, inputs: 64 },
    });
  });
});

describe('what watches a server', () => {
  it('hears that it is alive before it is ready', async () => {
    let warm = (): void => undefined;
    const predictor = {
      ...fakePredictor('text', await modelFile()),
      warmUp: () => new Promise<void>((resolve) => (warm = resolve)),
    };
    const free = await startServer({ predictor: fakePredictor('text', predictor.path) });
    await free.close();
    const starting = startServer({ predictor, port: Number(new URL(free.url).port) });
    const status = (path: string): Promise<number | null> =>
      fetch(free.url + path).then(
        (response) => response.status,
        () => null,
      );
    await until(async () => (await status('/healthz')) === 200);
    expect(await status('/readyz')).toBe(503);
    warm();
    const server = await starting;
    onTestFinished(() => server.close());
    expect(await status('/readyz')).toBe(200);
  });

  it('finds requests, inputs and batches counted', async () => {
    const { post, get, fake } = await serve('image');
    await post(formOf(['a', 3], ['b', 3], ['c', 0]));
    await post('x', { type: 'text/plain' });
    await get('/made/up/by/anyone');
    const value = (name: string): Promise<number> => metric(get, name);
    expect(await value('espalier_requests_total{route="/v1/predict",status="200"}')).toBe(1);
    expect(await value('espalier_requests_total{route="/v1/predict",status="415"}')).toBe(1);
    expect(await value('espalier_requests_total{route="unknown",status="404"}')).toBe(1);
    expect(await value('espalier_request_seconds_count{route="/v1/predict"}')).toBe(2);
    expect(await value('espalier_inputs_total{outcome="predicted"}')).toBe(2);
    expect(await value('espalier_inputs_total{outcome="unreadable"}')).toBe(1);
    expect(await value('espalier_batch_size_sum')).toBe(2);
    expect(await value('espalier_batch_size_count')).toBe(fake.batches.length);
    expect((await get('/metrics')).headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  });
});

describe('a server that cannot start says why', () => {
  it.each([
    [{ host: 'no.such.host.invalid', token: 'x'.repeat(16) }, /no\.such\.host\.invalid|an address/],
    [{ limits: { inputs: 100, queue: 10 } }, /limits are invalid: inputs: .* the queue length, 10/],
    [{ limits: { batch: 0 } }, /batch: /],
    [{ limits: { fileBytes: 2 ** 40 } }, /fileBytes: it must be at most/],
    [{ limits: { bodyBytes: 2 ** 40 } }, /bodyBytes: it must be at most/],
  ])('%j', async (options, message) => {
    const started = startServer({ predictor: fakePredictor('text', await modelFile()), ...options });
    await expect(started).rejects.toThrow(message);
  });

  it('where the port is taken', async () => {
    const { server, fake } = await serve('text');
    const port = Number(new URL(server.url).port);
    const started = startServer({ predictor: fake, port });
    await expect(started).rejects.toThrow(ServingError);
    await expect(started).rejects.toThrow(/is used by another program; give another one with --port/);
  });

  it('where the model does not run, and leaves no server behind', async () => {
    const predictor = {
      ...fakePredictor('text', await modelFile()),
      warmUp: () => Promise.reject(new Error('a broken network')),
    };
    await expect(startServer({ predictor })).rejects.toThrow('a broken network');
  });
});
