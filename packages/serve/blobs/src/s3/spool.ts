import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobSource } from '../content.js';
import { explainFile } from '../errors.js';

/** Up to here a stream is kept in memory; bytes. */
const IN_MEMORY = 8 * 2 ** 20;

/** Content that can be read again. */
export interface SpooledContent {
  /** Made anew for each reading. */
  readonly source: () => BlobSource;
  readonly drop: () => Promise<void>;
}

/**
 * Keeps a stream aside until its SHA-256 is known, which S3 wants before the first byte: a small one in
 * memory, a larger one in the folder for temporary files (TMPDIR).
 */
export async function spool(chunks: AsyncIterable<Uint8Array>): Promise<SpooledContent> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  const rest = chunks[Symbol.asyncIterator]();
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    held.push(next.value);
    bytes += next.value.length;
    if (bytes > IN_MEMORY) return spoolToFile(held, rest);
  }
  const whole = Buffer.concat(held);
  return { source: () => whole, drop: async () => {} };
}

async function spoolToFile(
  begun: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): Promise<SpooledContent> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-blob-')).catch((error: unknown) => {
    throw explainFile(error, tmpdir());
  });
  const drop = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'content');
  try {
    await writeTo(path, begun, rest);
  } catch (error) {
    await rest.return?.();
    await drop();
    throw explainFile(error, path);
  }
  return { source: () => createReadStream(path) as AsyncIterable<Buffer>, drop };
}

async function writeTo(
  path: string,
  begun: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): Promise<void> {
  // An upload may be anybody's secret.
  const handle = await open(path, 'wx', 0o600);
  try {
    for (const chunk of begun) await handle.writeFile(chunk);
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      await handle.writeFile(next.value);
    }
  } finally {
    await handle.close();
  }
}
