import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BackboneError } from '@espalier/transfer';
import type { HubEnvironment } from './environment.js';
import { hubFailure, statusFailure } from './failure.js';

/** Facts of a file on the hub before its download. */
export interface HubFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256 of the content where it is stored by Git LFS; else the object id of its Git blob (SHA-1). */
  readonly digest: { readonly kind: 'sha256' | 'git'; readonly value: string };
}

export interface DownloadOptions {
  readonly environment: HubEnvironment;
  readonly repository: string;
  readonly commit: string;
  readonly file: HubFile;
  /** Target path; an incomplete earlier download lies under the same name with `.incomplete`. */
  readonly target: string;
  readonly onProgress?: (path: string, done: number, total: number) => void;
}

const ATTEMPTS = 6;
/** Longest wait between two attempts, whatever the hub asks for, in seconds. */
const LONGEST_WAIT = 60;

/**
 * Fetches a file of the hub. A transfer that breaks goes on where it stopped, in this run or the next;
 * the content is checked against the hub's digest before it takes its name.
 *
 * @throws BackboneError with a sentence for people
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { file, target, repository } = options;
  const partial = `${target}.incomplete`;
  await mkdir(dirname(target), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(options, partial);
      break;
    } catch (error) {
      const pause = pauseBefore(error, attempt);
      // Of what cannot be what it should, nothing stays.
      if (error instanceof BackboneError) await rm(partial, { force: true });
      if (pause === null) throw failureOf(error, options);
      await wait(1000 * pause);
    }
  }
  const found = await digestOf(partial, file);
  if (found !== file.digest.value) {
    await rm(partial, { force: true });
    throw new BackboneError(
      `${file.path} of ${repository} has the digest ${found} instead of ${file.digest.value}; fetch it again`,
    );
  }
  await rename(partial, target);
}

/** An answer that may be another one later. */
class PassingFailure extends Error {
  constructor(
    /** Seconds the hub asks to wait; null where it does not say. */
    readonly retryAfter: number | null,
    readonly failure: BackboneError,
  ) {
    super(failure.message);
  }
}

const failureOf = (error: unknown, { repository, file, environment }: DownloadOptions): BackboneError =>
  error instanceof PassingFailure
    ? error.failure
    : hubFailure(error, `${repository}/${file.path}`, environment);

/** Seconds to wait before the next attempt; null where there should be none. */
function pauseBefore(error: unknown, attempt: number): number | null {
  if (error instanceof BackboneError || attempt >= ATTEMPTS) return null;
  const backoff = 0.25 * 2 ** (attempt - 1);
  const asked = error instanceof PassingFailure ? error.retryAfter : null;
  return Math.min(LONGEST_WAIT, asked ?? backoff);
}

async function fetchRest(options: DownloadOptions, partial: string): Promise<void> {
  const { environment, repository, commit, file, onProgress } = options;
  const have = (await stat(partial).catch(() => null))?.size ?? 0;
  // More than there is cannot be a part of it.
  const start = have > file.size ? 0 : have;
  if (start === file.size && have === file.size) return;
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const response = await fetch(`${environment.endpoint}/${repository}/resolve/${commit}/${path}`, {
    headers: {
      ...(start > 0 && { Range: `bytes=${start}-` }),
      // The runtime leaves it out where the hub redirects to another host.
      ...(environment.token !== null && { Authorization: `Bearer ${environment.token}` }),
    },
  });
  requireOk(response, options);
  const at = response.status === 206 ? startOf(response, options, start) : 0;
  const handle = await open(partial, at > 0 ? 'r+' : 'w');
  try {
    let done = at;
    for await (const chunk of response.body ?? []) {
      // Leaving the loop ends the transfer.
      if (done + (chunk as Uint8Array).length > file.size) throw tooLong(options);
      await handle.write(chunk as Uint8Array, 0, (chunk as Uint8Array).length, done);
      done += (chunk as Uint8Array).length;
      onProgress?.(file.path, done, file.size);
    }
    if (done < file.size) throw new Error('the transfer ended early');
    await handle.truncate(done);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const tooLong = ({ repository, file }: DownloadOptions): BackboneError =>
  new BackboneError(
    `the hub sent more than the ${file.size} bytes that it declared for ${file.path} of ${repository}; fetch it again`,
  );

/** Reads where an answer's content begins, and refuses any part other than the requested one. */
function startOf({ headers }: Response, { repository, file }: DownloadOptions, asked: number): number {
  const [, start] = /^bytes (\d+)-/.exec(headers.get('Content-Range') ?? '') ?? [];
  if (Number(start) === asked) return asked;
  throw new BackboneError(
    `the hub sent another byte range of ${file.path} of ${repository} than requested; fetch it again`,
  );
}

function requireOk(response: Response, { repository, file, environment }: DownloadOptions): void {
  const { status, headers } = response;
  if (status === 200 || status === 206) return;
  const failure = statusFailure(status, `${repository}/${file.path}`, environment);
  if (status !== 429 && status < 500) throw failure;
  const asked = Number(headers.get('Retry-After') ?? NaN);
  throw new PassingFailure(Number.isFinite(asked) ? asked : null, failure);
}

/** Git hashes a blob behind a header of its own. */
async function digestOf(path: string, { digest, size }: HubFile): Promise<string> {
  const hash: Hash = createHash(digest.kind === 'git' ? 'sha1' : 'sha256');
  if (digest.kind === 'git') hash.update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
