import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Blobs } from '@espalier/blobs';
import type { CheckpointFiles, KeptFile } from '@espalier/queue';

/** Prefix of all blob keys of a study. */
export const studyPrefix = (studyId: string): string => `studies/${studyId}`;

const BINARY = 'application/octet-stream';

const types: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** Stores a file of this machine. */
export async function storeFile(blobs: Blobs, key: string, path: string): Promise<KeptFile> {
  const contentType = types[extname(path)] ?? BINARY;
  // A worker that was lost meanwhile may have left another one of the same name.
  const options = { contentType, overwrite: true };
  const { sha256, bytes } = await blobs.put(key, createReadStream(path), options);
  return { key, sha256, bytes, contentType };
}

/** Makes the store of trial checkpoints for the queue. @param onFailure called if a checkpoint cannot be removed */
export const checkpointFiles = (blobs: Blobs, onFailure: (error: Error) => void): CheckpointFiles => ({
  put: async (key, content) => {
    const source = content instanceof Uint8Array ? content : content();
    // A worker that was lost meanwhile may have left another one of the same name.
    await blobs.put(key, source, { contentType: BINARY, overwrite: true });
  },
  get: (key) => blobs.get(key),
  remove: (key) => blobs.remove(key).catch(onFailure),
});

/** Folders of a study that hold no results. */
const inner = new Set(['checkpoints', 'weights']);

/** The files that a finished study's folder shows, by their path in it. */
export async function resultFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const [top = ''] = name.split(sep);
    if (inner.has(top) || name.endsWith('.tmp') || !(await stat(join(folder, name))).isFile()) continue;
    found.push(name.split(sep).join('/'));
  }
  return found.sort();
}
