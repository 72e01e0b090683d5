import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { z } from 'zod';
import type { Client } from './connect.js';
import { ClientError } from './errors.js';
import { refusalOf } from './retry.js';

/** What is to be classified: a text, a picture or recording of this machine, or its bytes. */
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
 * @throws ClientError where the server refuses it, or the file is of no kind that it reads
 */
export async function predict(
  client: Client,
  modelId: string,
  input: Input,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly Score[]> {
  const { body, contentType } = await requestOf(input);
  const response = await client.send(`/api/models/${encodeURIComponent(modelId)}/predict`, {
    method: 'POST',
    headers: { 'Content-Type': contentType },
    body,
    ...(signal && { signal }),
  });
  if (!response.ok) throw await refusalOf(response, 'the prediction');
  return answerSchema.parse(await response.json()).labels;
}

interface PredictRequest {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

async function requestOf(input: Input): Promise<PredictRequest> {
  if ('text' in input) return { body: JSON.stringify({ text: input.text }), contentType: 'application/json' };
  if ('bytes' in input) return { body: input.bytes, contentType: input.contentType };
  const contentType = contentTypes[extname(input.file).toLowerCase()];
  if (contentType === undefined) {
    const known = Object.keys(contentTypes).join(', ');
    throw new ClientError(`${input.file}: this is no picture or recording by its name; give one of ${known}`);
  }
  return { body: await readFile(input.file), contentType };
}
