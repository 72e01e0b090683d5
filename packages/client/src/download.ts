import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { writeAtomic } from '@espalier/base/files';
import type { Client } from './connect.js';
import { foreign, refusalOf } from './answers.js';
import { askedOf } from './requestSubject.js';
import { ClientError } from './errors.js';
import { onDisk } from './files.js';
import { telling } from './network.js';
import { again } from './retry.js';

export interface DownloadOptions {
  readonly signal?: AbortSignal;
}

const ATTEMPTS = 5;

/**
 * Fetches the files of a model into a folder, each whole or not at all. Gives their paths.
 *
 * @throws ClientError where one cannot be had or written, and the signal's reason
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
    const address = `/api/files/models/${encodeURIComponent(id)}/${name}`;
    await again(ATTEMPTS, signal, () => fetchOnce(client, address, path, signal));
    paths.push(path);
  }
  return paths;
}

async function fetchOnce(
  client: Client,
  address: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = basename(path);
  const response = await client.send(address, { ...(signal && { signal }) }, name);
  const asked = askedOf(name, 'GET', response.url);
  const text = (): Promise<string> => telling(asked, signal, () => response.text());
  if (!response.ok) throw refusalOf(response, await text(), asked);
  // No file of a model is one: somebody else has answered.
  if (response.headers.get('content-type')?.includes('html')) throw foreign(response, await text(), asked);
  const { body } = response;
  if (body === null) throw foreign(response, '', asked);
  const stream = Readable.fromWeb(body as ReadableStream<Uint8Array>);
  const content = stream[Symbol.asyncIterator]();
  const write = (): Promise<void> =>
    writeAtomic(path, async (handle) => {
      for (;;) {
        // What breaks off on the way is told apart from what the disk refuses.
        const { done, value } = await telling(asked, signal, () => content.next());
        if (done) return;
        // Whole, where `write` may leave a rest on a disk that is nearly full.
        await handle.writeFile(value as Uint8Array);
      }
    });
  try {
    await onDisk(path, signal, write);
  } finally {
    // The server would wait for a reader where the disk refuses the rest.
    stream.destroy();
  }
}
