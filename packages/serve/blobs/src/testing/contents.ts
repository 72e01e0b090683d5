import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { BlobError, type BlobProblem } from '../errors.js';

export const BINARY = { contentType: 'application/octet-stream' };

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-blobs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Bytes that do not repeat within a part. */
export const numbered = (length: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0, x = seed; at < length; at++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    bytes[at] = x >>> 24;
  }
  return bytes;
};

/** A stream of bytes in chunks of the sizes, over and over; empty chunks too. */
export async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const some = sizes.some((size) => size > 0) ? sizes : [1];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = some[turn % some.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export async function collected(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The BlobError that a promise fails with; a sentence of the kind that is expected. */
export async function problemOf(
  promise: Promise<unknown>,
): Promise<{ problem: BlobProblem; message: string }> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BlobError)) throw new Error('no BlobError', { cause: error });
  return { problem: error.problem, message: error.message };
}
