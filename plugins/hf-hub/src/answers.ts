import { BackboneError } from '@espalier/transfer';
import { z } from 'zod';
import type { HubFile } from './download.js';

/** A hub, or a mirror of it, may be anybody's: what it says is looked at before a path is made of it. */

const gitOid = z.string().regex(/^[0-9a-f]{40}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

const LONGEST_PATH = 1_024;
const path = z.string().max(LONGEST_PATH).refine(isInside, 'this is not a path inside the repository');

const entrySchema = z.object({
  path,
  size,
  oid: gitOid.optional(),
  lfs: z.object({ oid: z.string(), size }).optional(),
});

/** Entries of a repository that are listened to. */
const MOST_FILES = 100_000;
/** Of one answer in JSON; the tree comes in pages. */
const MOST_ANSWER_BYTES = 64 * 2 ** 20;

/** Whether a path of a hub stays inside the folder that it is joined to, on any system. */
export function isInside(text: string): boolean {
  return text
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0:]/.test(part));
}

/** @throws BackboneError where a hub names a commit that is none */
export function commitIn(sha: unknown, name: string): string {
  const parsed = gitOid.safeParse(sha);
  if (parsed.success) return parsed.data;
  throw nonsense(name, 'the commit', sha);
}

/** @throws BackboneError where a hub says of a file what cannot be */
export function fileIn(entry: unknown, name: string): HubFile {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw nonsense(name, 'a file', entry);
  const { path: place, size: bytes, oid, lfs } = parsed.data;
  if (lfs === undefined) {
    if (oid === undefined) throw nonsense(name, 'a file', entry);
    return { path: place, size: bytes, digest: { kind: 'git', value: oid } };
  }
  const digest = sha256.safeParse(lfs.oid.replace(/^sha256:/, ''));
  if (!digest.success) throw nonsense(name, 'a file', entry);
  return { path: place, size: lfs.size, digest: { kind: 'sha256', value: digest.data } };
}

/** @throws BackboneError where a hub goes on naming files */
export function requireFew(count: number, name: string): void {
  if (count < MOST_FILES) return;
  throw new BackboneError(
    `${name} has more than ${MOST_FILES} files, which is too many for a model; check the name`,
  );
}

/** Fetches answers in JSON, of so many bytes at most. */
export const fetchAnswer: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) {
      throw new BackboneError(
        `the response of the hub has more than ${MOST_ANSWER_BYTES} bytes; check HF_ENDPOINT`,
      );
    }
    chunks.push(chunk);
  }
  const { status, statusText, headers } = response;
  const empty = status === 204 || status === 304;
  const answer = new Response(empty ? null : Buffer.concat(chunks), { status, statusText, headers });
  Object.defineProperty(answer, 'url', { value: response.url });
  return answer;
};

const nonsense = (name: string, what: string, said: unknown): BackboneError =>
  new BackboneError(
    `the hub sent an invalid response about ${what} of ${name} (${JSON.stringify(said)?.slice(0, 200)}); ` +
      'nothing was saved; check HF_ENDPOINT',
  );
