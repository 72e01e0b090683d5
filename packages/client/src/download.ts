import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { writeAtomic } from '@espalier/files';
import type { Client } from './connect.js';
import { ClientError } from './errors.js';
import { isPassing, pause, refusalOf } from './retry.js';

export interface DownloadOptions {
  readonly signal?: AbortSignal;
}

const ATTEMPTS = 5;

/**
 * Fetches the files of a model into a folder, each whole or not at all. Gives their paths.
 *
 * @throws ClientError where one cannot be had
 */
export async function downloadModel(
  client: Client,
  id: string,
  folder: string,
  { signal }: DownloadOptions = {},
): Promise<readonly string[]> {
  const { files } = await client.api.models.get.query({ id }, { ...(signal && { signal }) });
  const paths: string[] = [];
  for (const { name } of files) {
    // What a server says is no path of this machine.
    if (basename(name) !== name || name.startsWith('.')) {
      throw new ClientError(`the server names a file '${name}', which is none of a model`);
    }
    const path = join(folder, name);
    await fetchTo(client, `/api/files/models/${encodeURIComponent(id)}/${name}`, path, signal);
    paths.push(path);
  }
  return paths;
}

async function fetchTo(
  client: Client,
  address: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(client, address, path, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= ATTEMPTS || !isPassing(error)) throw error;
      await pause(attempt, signal);
    }
  }
}

async function fetchOnce(
  client: Client,
  address: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = basename(path);
  const response = await client.send(address, { ...(signal && { signal }) });
  if (!response.ok) throw await refusalOf(response, name);
  if (response.body === null) throw new ClientError(`${name}: the server sent nothing; try again`);
  const content = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  const expected = response.headers.get('content-length');
  await writeAtomic(path, async (handle) => {
    let bytes = 0;
    for await (const chunk of content as AsyncIterable<Uint8Array>) {
      await handle.write(chunk);
      bytes += chunk.length;
    }
    if (expected === null || bytes === Number(expected)) return;
    throw new ClientError(`${name}: ${bytes} of ${expected} bytes came; try again`);
  });
}
