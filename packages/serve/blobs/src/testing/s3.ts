import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import S3rver from 's3rver';
import type { S3Place } from '../place.js';

const BUCKET = 'espalier-test';

/** Sees every request first; true if it has answered, or broken it off, itself. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface TestS3 {
  readonly place: (prefix: string, more?: Partial<S3Place>) => S3Place;
  /** Intercepts the requests; null for no interception. */
  intercept: Intercept | null;
  /** Method, path and range of every request so far. */
  readonly requests: string[];
  /** The file that the server keeps an object in. */
  readonly fileOf: (prefix: string, key: string) => string;
  /** The multipart uploads that were begun and neither completed nor aborted. */
  readonly openUploads: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** The credentials that the server takes. */
export const TEST_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

/**
 * S3 on this machine: s3rver, and before it what it lacks of S3: writing only where there is no object
 * (If-None-Match) and aborting an upload.
 */
export async function startS3(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'espalier-s3-'));
  const s3 = new S3rver({ directory, silent: true, configureBuckets: [{ name: BUCKET, configs: [] }] });
  await s3.configureBuckets();
  answerOnceWritten(s3 as S3rver & { store: Store });
  const handle = s3.callback();
  const uploads = join(directory, BUCKET, '._S3rver_uploads');
  const inTurn = turns();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://local');
    test.requests.push([request.method, request.url, request.headers.range ?? ''].join(' ').trim());
    if (test.intercept?.(request, response) === true) return;
    const upload = url.searchParams.get('uploadId');
    if (request.method === 'DELETE' && upload !== null) {
      void rm(join(uploads, upload), { recursive: true }).then(() => response.writeHead(204).end());
    } else if (request.headers['if-none-match'] === '*') {
      inTurn(url.pathname, response, () => {
        if (!existsSync(join(directory, `${url.pathname}._S3rver_object`))) handle(request, response);
        else fail(request, response, 412, 'PreconditionFailed');
      });
    } else handle(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const test: TestS3 = {
    place: (prefix, more) => ({
      ...{ kind: 's3', bucket: BUCKET, prefix, endpoint, region: 'us-east-1', forcePathStyle: true },
      ...more,
    }),
    intercept: null,
    requests: [],
    fileOf: (prefix, key) => join(directory, BUCKET, prefix, `${key}._S3rver_object`),
    openUploads: async () => (existsSync(uploads) ? readdir(uploads) : []),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
  return test;
}

/** Object store of s3rver, which its types leave out. */
interface Store {
  putObject(object: { bucket: string; key: string }): Promise<{ size: number }>;
  getResourcePath(bucket: string, key: string, resource: 'object'): string;
}

/** Lets s3rver answer a PUT when the object's file is whole: by itself it answers before that. */
function answerOnceWritten({ store }: { store: Store }): void {
  const put = store.putObject.bind(store);
  store.putObject = async (object) => {
    const stored = await put(object);
    const path = store.getResourcePath(object.bucket, object.key, 'object');
    while ((await stat(path)).size !== stored.size) await sleep(1);
    return stored;
  };
}

/** Conditional writes of one object, one after the other, so that of several one finds nothing there. */
function turns(): (path: string, response: ServerResponse, write: () => void) => void {
  const last = new Map<string, Promise<unknown>>();
  return (path, response, write) => {
    const before = last.get(path) ?? Promise.resolve();
    last.set(path, Promise.all([before, new Promise((resolve) => void response.once('close', resolve))]));
    void before.then(write);
  };
}

/** Answers with an error of S3. */
export function fail(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message = 'No.',
): void {
  request.resume();
  request.on('end', () => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    response.end(request.method === 'HEAD' ? undefined : body);
  });
}

/** Lets an answer's first bytes through and then cuts the connection. */
export function cutAfter(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const write = response.write.bind(response) as (chunk: Buffer) => boolean;
  response.write = ((chunk: Buffer) => {
    const passing = chunk.subarray(0, left);
    left -= passing.length;
    if (left > 0) return write(passing);
    // What was written has to leave before the connection goes.
    response.socket?.cork();
    write(passing);
    response.socket?.uncork();
    setImmediate(() => response.socket?.destroySoon());
    return false;
  }) as typeof response.write;
}
