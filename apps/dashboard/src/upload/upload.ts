import { retry } from '@espalier/base/http/retry';
import { refusalOf } from '../server/files';

/** The state of an upload on the server. */
export interface UploadState {
  readonly id: string;
  readonly partBytes: number;
  readonly parts: number;
  readonly there: readonly number[];
}

/** Transport of the parts; tests replace it. */
export type PutPart = (id: string, part: number, content: Blob, signal: AbortSignal) => Promise<void>;

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Called with the number of received bytes and the size of the file. */
  readonly onProgress: (done: number, total: number) => void;
  readonly put?: PutPart;
  /** Milliseconds before the first retry; each further retry waits twice as long. */
  readonly pause?: number;
}

/** Number of parts sent at the same time. */
const AT_ONCE = 3;
const TRIES = 6;

/** The server refused a part; sending it again does not help. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/**
 * Sends the missing parts of a file, and retries those that break off.
 *
 * @throws RefusedError where the server refuses a part; the last failure; the signal's reason
 */
export async function sendParts(file: Blob, state: UploadState, options: UploadOptions): Promise<void> {
  const { signal, onProgress, pause = 500 } = options;
  const sizeOf = (part: number): number => Math.min(state.partBytes, file.size - part * state.partBytes);
  const there = new Set(state.there);
  let done = state.there.reduce((sum, part) => sum + sizeOf(part), 0);
  onProgress(done, file.size);
  const missing = Array.from({ length: state.parts }, (_, part) => part).filter((part) => !there.has(part));
  const queue = missing.values();
  // A part that fails for good stops the others.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const worker = async (): Promise<void> => {
    for (const part of queue) {
      const start = part * state.partBytes;
      await retry(() => sendOne(state.id, part, file.slice(start, start + sizeOf(part)), either, options), {
        ...{ signal: either, attempts: TRIES, first: pause, longest: Infinity },
        passes: (error) => !(error instanceof RefusedError),
      });
      done += sizeOf(part);
      onProgress(done, file.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } catch (error) {
    stop.abort(error);
    throw error;
  }
}

const sendOne = (
  id: string,
  part: number,
  content: Blob,
  signal: AbortSignal,
  { put = putByFetch }: UploadOptions,
): Promise<void> => put(id, part, content, signal);

const putByFetch: PutPart = async (id, part, content, signal) => {
  const response = await fetch(`/api/uploads/${id}/${part}`, {
    method: 'PUT',
    body: content,
    signal,
    headers: { 'Content-Type': 'application/octet-stream', ...(await digestOf(content)) },
  });
  if (response.ok) return;
  const { message } = await refusalOf(response);
  // An overloaded or restarting server may accept the part later.
  throw response.status >= 500 ? new Error(message) : new RefusedError(message);
};

/** Checksum of a part; browsers compute it only on secure pages. The server checks the number of bytes in any case. */
async function digestOf(content: Blob): Promise<Record<string, string>> {
  if (globalThis.crypto?.subtle === undefined) return {};
  const digest = await crypto.subtle.digest('SHA-256', await content.arrayBuffer());
  const digits = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
  return { 'X-Content-SHA256': digits.join('') };
}
