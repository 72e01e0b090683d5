import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { writeTinyTransformer } from '@espalier/conformance';
import { writeTexts, writeTones } from '@espalier/data/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  espalier,
  expectSentence,
  playground,
  start,
  type CommandResult,
  type Running,
} from './testing/cli.js';

const ground = await playground();
const { root } = ground;

const short = ['--trials', '1', '--epochs', '1', '--no-scratch', '--augment', 'none'];

/** The folder of a model, made by a short search when it is first asked for. */
async function model(name: string, args: readonly string[]): Promise<string> {
  if (existsSync(join(root, name))) return name;
  const { code, err } = await espalier([...args, '--out', join(root, name), ...short], root);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return name;
}

const imageModel = (): Promise<string> => model('images', ground.search('images'));

async function textModel(): Promise<string> {
  await writeTinyTransformer(join(root, 'tiny-text'));
  await writeTexts(join(root, 'texts.csv'), 12);
  return model('texts', ['search', join(root, 'texts.csv'), '--backbone', join(root, 'tiny-text')]);
}

async function audioModel(): Promise<string> {
  for (const label of ['high', 'low']) {
    await mkdir(join(root, 'tones', label), { recursive: true });
    for (let i = 0; i < 8; i++) await writeTones(join(root, 'tones', label, `${label}${i}.wav`), i);
  }
  return model('recordings', ['search', join(root, 'tones')]);
}

interface Serving extends Running {
  readonly url: string;
  /** The first line that was printed. */
  readonly line: string;
  /** Sends Ctrl-C and waits for the end. */
  readonly stop: () => Promise<CommandResult>;
}

/** Starts `espalier serve` on a free port and waits until it is ready. */
async function serve(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const running = start(['serve', ...args, '--port', '0'], root, environment);
  onTestFinished(() => void running.child.kill('SIGKILL'));
  let line = '';
  running.child.stdout?.on('data', (chunk: Buffer) => (line += chunk.toString()));
  await running.until('/v1/predict');
  const [first = ''] = line.split('\n');
  const [url = ''] = /http:\/\/[^;"/]+/.exec(first) ?? [];
  const stop = (): Promise<CommandResult> => {
    running.child.kill('SIGINT');
    return running.ended;
  };
  return { ...running, url, line: first, stop };
}

interface Labels {
  readonly labels: readonly { readonly label: string; readonly probability: number }[];
}

const post = async (
  url: string,
  init: RequestInit,
): Promise<{ predictions: (Labels & { input: string })[] }> =>
  (await (await fetch(`${url}/v1/predict`, { method: 'POST', ...init })).json()) as never;

/** What `espalier predict` says of inputs, all classes of each. */
async function predicted(name: string, inputs: readonly string[]): Promise<Labels[]> {
  const { out, code } = await espalier(['predict', name, ...inputs, '--json', '--top', '99'], root);
  expect(code).toBe(0);
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Labels);
}

/** Batches of other sizes sum in another order, which is all that may differ. */
function expectSame(served: readonly Labels[], expected: readonly Labels[]): void {
  expect(served).toHaveLength(expected.length);
  for (const [i, { labels }] of expected.entries()) {
    for (const { label, probability } of labels) {
      const found = served[i]?.labels.find((one) => one.label === label);
      expect(found?.probability).toBeCloseTo(probability, 5);
    }
    expect(served[i]?.labels).toHaveLength(labels.length);
  }
}

async function formOf(paths: readonly string[]): Promise<FormData> {
  const form = new FormData();
  for (const path of paths) {
    form.append('file', new Blob([new Uint8Array(await readFile(path))]), basename(path));
  }
  return form;
}

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).sort().map((name) => join(folder, name));

describe('espalier serve says what espalier predict says', () => {
  it('of pictures', async () => {
    const { url, line, stop } = await serve([await imageModel()]);
    expect(line).toBe(`Serving images at ${url}; try: curl -F file=@picture.jpg '${url}/v1/predict?top=3'`);
    const paths = await filesIn(join(ground.pictures, 'spots'));
    const { predictions } = await post(url, { body: await formOf(paths) });
    expect(predictions.map(({ input }) => input)).toEqual(paths.map((path) => basename(path)));
    expectSame(predictions, await predicted('images', paths));
    const { code, out, err } = await stop();
    expect(code).toBe(0);
    expect(out.trim()).toBe(line);
    expect(err).toMatch(/^Finishing the open requests\. Press Ctrl-C again to stop at once\.\n$/);
  });

  it('of texts', async () => {
    const { url, line, stop } = await serve([await textModel()]);
    expect(line).toContain(`-d '{"texts": ["a text"]}'`);
    const texts = ['refund invoice', 'password account code '.repeat(8), 'the parcel is lost'];
    const { predictions } = await post(url, {
      body: JSON.stringify({ texts }),
      headers: { 'content-type': 'application/json' },
    });
    expectSame(predictions, await predicted('texts', texts));
    expect((await stop()).code).toBe(0);
  });

  it('of recordings', async () => {
    const { url, line, stop } = await serve([await audioModel()]);
    expect(line).toContain('curl -F file=@recording.wav');
    const paths = await filesIn(join(root, 'tones', 'high'));
    const { predictions } = await post(url, { body: await formOf(paths) });
    const expected = await predicted('recordings', paths);
    expectSame(predictions, expected);
    const body = new Uint8Array(await readFile(paths[0] as string));
    const raw = await post(url, { body, headers: { 'content-type': 'audio/wav' } });
    expectSame(raw.predictions, expected.slice(0, 1));
    expect((await stop()).code).toBe(0);
  });
});

describe('espalier serve', () => {
  it('logs a line a request with --json, asks for the token, and shows it nowhere', async () => {
    const token = 'correct-horse-battery-staple';
    const environment = { ESPALIER_SERVE_TOKEN: token };
    const { url, stop } = await serve([await imageModel(), '--json', '--host', '0.0.0.0'], environment);
    expect((await fetch(`${url}/v1/model`)).status).toBe(401);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${url}/v1/model`, { headers })).status).toBe(200);
    const { code, out, err } = await stop();
    expect(code).toBe(0);
    const [serving, ...requests] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(serving).toMatchObject({ kind: 'serving', url, modality: 'image' });
    expect(requests).toMatchObject([
      { kind: 'request', method: 'GET', route: '/v1/model', status: 401 },
      { kind: 'request', method: 'GET', route: '/v1/model', status: 200 },
    ]);
    expect(out + err).not.toContain(token);
  });

  it('reads the token from a file, and tells how to send it', async () => {
    await writeFile(join(root, 'the token'), 'correct-horse-battery-staple\n');
    const { url, line, stop } = await serve([await imageModel(), '--token-file', 'the token']);
    expect(line).toContain(`-H "authorization: Bearer $(cat 'the token')"`);
    const headers = { authorization: 'Bearer correct-horse-battery-staple' };
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
    await stop();
  });

  it('waits for a request under way at Ctrl-C, and not at the second', async () => {
    const { url, child, ended } = await serve([await imageModel()]);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const head = 'POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\n';
    await new Promise((resolve) => socket.write(`${head}content-length: 9\r\n\r\n`, resolve));
    // Answered after the request above has been taken on, by the same thread.
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.kill('SIGINT');
    while (!said.includes('Finishing')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect(code).toBe(130);
    expect(err).toMatch(/Stopped at once\.\n$/);
    expect(err).not.toContain('study');
    socket.destroy();
  });
});

describe('espalier serve refuses in a sentence', () => {
  const taken = async (): Promise<string> => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    return String((other.address() as AddressInfo).port);
  };

  it('a port that is taken', async () => {
    const port = await taken();
    const ended = await espalier(['serve', await imageModel(), '--port', port], root);
    expectSentence(
      ended,
      new RegExp(`Port ${port} of 127.0.0.1 is used by another program; give another one`),
    );
  });

  it.each<[string[], RegExp, number?]>([
    [['serve', 'tiny'], /was not made by Espalier/],
    [['serve', 'nowhere'], /no model file at/],
    [['serve', 'images', '--host', '0.0.0.0'], /0\.0\.0\.0 can be reached from other machines.*--token-file/],
    [['serve', 'images', '--token-file', 'nothing'], /The token file nothing cannot be read/, 2],
    [['serve', 'images', '--token-file', 'short token'], /The token must be at least 16/],
    [['serve', 'images', '--max-inputs', '300'], /limits are invalid: inputs: .*queue length, 256/],
  ])('%j', async (args, message, exit) => {
    await imageModel();
    await writeFile(join(root, 'short token'), 'short');
    expectSentence(await espalier(args, root), message, exit);
  });

  it.each([
    [['--port', '70000'], /--port <number>.*at most 65535/],
    [['--max-file', '0'], /--max-file <megabytes>.*above 0/],
    [['--batch', 'many'], /--batch <count>.*whole number/],
  ])('%j', async (args, message) => {
    const { code, err } = await espalier(['serve', 'images', ...args], root);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) });
  });
});
