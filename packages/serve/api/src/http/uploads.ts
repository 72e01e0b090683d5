import { LRUCache } from 'lru-cache';
import { recordChange } from '../audit.js';
import { HttpError } from './answers.js';
import type { HttpCall } from './handler.js';

/** A part of an upload: the body, as long as it says, with its SHA-256 where the sender knows it. */
export async function receivePart({ request, response, context, access, parts }: HttpCall): Promise<void> {
  const [id = '', part = ''] = parts;
  const { uploads } = context.data;
  const upload = await uploads.find(id, access.organizationId);
  if (upload === null) throw new HttpError(404, 'there is no such upload');
  const { 'content-length': length, 'x-content-sha256': sha256 } = request.headers;
  if (length === undefined) throw new HttpError(411, 'the part has no Content-Length; say how long it is');
  if (sha256 !== undefined && (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))) {
    throw new HttpError(400, 'X-Content-SHA256 is no SHA-256; give 64 hexadecimal digits in small letters');
  }
  // What is there already is not read again, and the answer needs the connection.
  const content = request.iterator({ destroyOnReturn: false });
  await uploads.putPart(upload, Number(part), content, {
    bytes: Number(length),
    ...(sha256 !== undefined && { sha256 }),
  });
  await writeDown({ context, access }, id);
  request.resume();
  response.writeHead(204).end();
}

/** Uploads of which parts came lately, and from whom. */
const known = new LRUCache<string, true>({ max: 1_000 });

/** Records the sender of an upload with its first part, since a large file has thousands of parts. */
async function writeDown(
  { context, access }: Pick<HttpCall, 'context' | 'access'>,
  id: string,
): Promise<void> {
  const whose = `${id} ${access.keyId ?? access.userId}`;
  if (known.has(whose)) return;
  known.set(whose, true);
  const change = { path: 'uploads.send', input: { id }, output: null };
  // The part is there already.
  await recordChange(context, access, change).catch((error: unknown) =>
    context.onFailure(error, change.path),
  );
}
