import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { z } from 'zod';
import type { Client } from './connect.js';
import { foreign, parsed, refusalOf } from './answers.js';
import { askedOf } from './requestSubject.js';
import { ClientError } from './errors.js';
import { onDisk } from './files.js';
import { telling } from './network.js';

/** Input to classify: a text, a picture or recording of this machine, or its bytes. */
export type Input =
  | { readonly text: string }
  | { readonly file: string }
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: `image/${string}` | `audio/${string}` };

const answerSchema = z.object({
  labels: z.array(z.object({ label: z.string(), probability: z.number() }).readonly()).readonly(),
});
export type Score = z.infer<typeof answerSchema>['labels'][number];

const contentTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.jfif': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.avif': 'image/avif',
  '.wav': 'audio/wav',
  '.wave': 'audio/wav',
  '.flac': 'audio/flac',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
};

/**
 * Classifies one input by a model of the server; the most probable classes first, 20 at most.
 *
 * @throws ClientError where the server refuses it, the file cannot be read or is of no kind that it reads, and the
 * signal's reason
 */
export async function predict(
  client: Client,
  modelId: string,
  input: Input,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly Score[]> {
  const { body, contentType } = await requestOf(input, signal);
  const what = 'the prediction';
  const path = `/api/models/${encodeURIComponent(modelId)}/predict`;
  const headers = { 'Content-Type': contentType };
  const init = { method: 'POST', headers, body, ...(signal && { signal }) };
  const response = await client.send(path, init, what);
  const asked = askedOf(what, 'POST', response.url);
  const text = await telling(asked, signal, () => response.text());
  if (!response.ok) throw refusalOf(response, text, asked);
  const answer = answerSchema.safeParse(parsed(text));
  if (!answer.success) throw foreign(response, text, asked);
  return answer.data.labels;
}

interface PredictRequest {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

async function requestOf(input: Input, signal: AbortSignal | undefined): Promise<PredictRequest> {
  if ('text' in input) return { body: JSON.stringify({ text: input.text }), contentType: 'application/json' };
  if ('bytes' in input) return { body: input.bytes, contentType: input.contentType };
  const contentType = contentTypes[extname(input.file).toLowerCase()];
  if (contentType === undefined) {
    const known = Object.keys(contentTypes).join(', ');
    throw new ClientError(`${input.file}: this is no picture or recording by its name; give one of ${known}`);
  }
  return { body: await onDisk(input.file, signal, () => readFile(input.file, { signal })), contentType };
}
