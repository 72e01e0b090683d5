import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImageError } from '@espalier/data';
import { PredictionError, type Predictor, type Score } from '@espalier/runner';
import type { Modality } from '@espalier/transfer';
import { onTestFinished } from 'vitest';
import { startServer, type Server, type ServerOptions } from '../index.js';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly predictions?: readonly {
      readonly input: string;
      readonly labels?: readonly Score[];
      readonly error?: { readonly code: string; readonly message: string };
    }[];
    readonly error?: { readonly code: string; readonly message: string };
  };
}

/** A predictor whose network is a function: how many bytes or characters an input has decides its class. */
export interface Fake extends Predictor {
  /** Sizes of the batches that were run. */
  readonly batches: number[];
  /** Makes runs wait; the function lets them go on. */
  readonly hold: () => () => void;
}

const LABELS = ['even', 'odd'];

export function fakePredictor(modality: Modality, path: string): Fake {
  const batches: number[] = [];
  let gate: Promise<void> = Promise.resolve();
  return {
    path,
    modality,
    card: {
      version: 1,
      labels: LABELS,
      preprocessing: { kind: 'text', tokenizer: '', maxLength: 8, padId: 0, prefix: '', inputs: noInputs },
      backbone: 'fake',
      licence: { spdx: 'MIT', commercialUse: 'allowed' },
      freezeDepth: 1,
      seed: 2,
    },
    batches,
    hold: () => {
      let release = (): void => undefined;
      gate = new Promise((resolve) => (release = resolve));
      return release;
    },
    prepare: async ({ id, content }) => {
      const size = sizeOf(content);
      if (size === 0) throw new ImageError(id, 'the file is empty');
      if (size === 17) throw new PredictionError('the prediction has no answer');
      if (size === 13) throw new Error('a defect at /secret/place');
      return { bucket: Math.ceil(Math.log2(size)), row: { size: Float32Array.of(size) } };
    },
    run: async (inputs) => {
      batches.push(inputs.length);
      await gate;
      return inputs.map(({ row }) => probabilitiesOf(Number(row['size']?.[0])));
    },
    warmUp: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  };
}

const noInputs = { ids: 'ids', mask: null, types: null, positions: null };

function sizeOf(content: Parameters<Predictor['prepare']>[0]['content']): number {
  switch (content.kind) {
    case 'bytes':
      return content.bytes.length;
    case 'text':
      return content.text.length;
    case 'file':
      throw new Error('a server never reads a file by its path');
  }
}

/** Output of the fake network for an input of a size. */
export function probabilitiesOf(size: number): Score[] {
  const sure = 1 - 1 / (2 + size);
  const first = size % 2;
  return [
    { label: LABELS[first] as string, probability: sure },
    { label: LABELS[1 - first] as string, probability: 1 - sure },
  ];
}

/** A file that passes for a model's. */
export async function modelFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-serving-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'model.onnx');
  await writeFile(path, 'a model');
  return path;
}

export interface TestServer {
  readonly fake: Fake;
  readonly server: Server;
  /** Told by the server of its own errors. */
  readonly failures: unknown[];
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (body: NonNullable<RequestInit['body']>, more?: PostOptions) => Promise<Answered>;
  readonly texts: (texts: unknown, more?: PostOptions) => Promise<Answered>;
}

interface PostOptions {
  readonly type?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** Starts a server on a fake predictor; closed at the end of the test. */
export async function serve(
  modality: Modality,
  options: Omit<ServerOptions, 'predictor'> = {},
): Promise<TestServer> {
  const fake = fakePredictor(modality, await modelFile());
  const failures: unknown[] = [];
  const server = await startServer({
    predictor: fake,
    onFailure: (error) => failures.push(error),
    ...options,
  });
  onTestFinished(() => server.close());
  const post: TestServer['post'] = async (body, { type, query = '', headers = {}, signal } = {}) => {
    const response = await fetch(`${server.url}/v1/predict${query}`, {
      method: 'POST',
      body,
      ...(body instanceof ReadableStream && { duplex: 'half' }),
      headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
      ...(signal !== undefined && { signal }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answered['body'],
    };
  };
  return {
    fake,
    server,
    failures,
    get: (path, headers = {}) => fetch(server.url + path, { headers }),
    post,
    texts: (texts, more) => post(JSON.stringify({ texts }), { type: 'application/json', ...more }),
  };
}

/** Bytes that are sent without saying how many there are. */
export const streamed = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });

/** A form with files of these sizes. */
export function formOf(...files: readonly (readonly [name: string, size: number])[]): FormData {
  const form = new FormData();
  for (const [name, size] of files) form.append('file', new Blob([new Uint8Array(size)]), name);
  return form;
}

/** Waits for something that happens elsewhere in the process. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 2));
}
