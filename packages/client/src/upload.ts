import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { sha256OfFile } from '@espalier/base/files';
import type { Client } from './connect.js';
import { refusalOf } from './answers.js';
import { askedOf } from './requestSubject.js';
import { ClientError } from './errors.js';
import { onDisk } from './files.js';
import { telling } from './network.js';
import { again, pauseBefore } from './retry.js';

type Procedures = Client['api']['datasets'];
type Complete = Parameters<Procedures['completeUpload']['mutate']>[0];
type Upload = Awaited<ReturnType<Procedures['uploadStatus']['query']>>;

export interface DatasetUpload {
  /** Whose dataset it becomes; may be left out where there is one project alone. */
  readonly projectId?: string;
  /** Of the dataset. */
  readonly name: string;
  /** A zip, or a table: CSV, TSV, JSONL, Parquet. */
  readonly path: string;
  /** The columns of a table, where they are not named as usual. */
  readonly options?: Complete['options'];
  /** An upload of the same file that was broken off, as `onProgress` named it: what came is not sent again. */
  readonly upload?: string;
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: AbortSignal;
}

export interface UploadProgress {
  /** Id of the upload, by which it can be gone on with. */
  readonly upload: string;
  /** Bytes that are there. */
  readonly sent: number;
  readonly bytes: number;
}

const ATTEMPTS = 8;

/**
 * Makes a dataset of a file of this machine. It is sent in parts, each with its hash and as often as it
 * takes; nothing but a part of it is in memory. Gives the dataset's id.
 *
 * @throws ClientError where the file or a part of it is refused, and the signal's reason
 */
export async function uploadDataset(client: Client, asked: DatasetUpload): Promise<{ readonly id: string }> {
  const { name, path, options, signal, onProgress } = asked;
  const upload = await begin(client, asked);
  const file = await onDisk(path, signal, () => open(path));
  try {
    const there = new Set(upload.there);
    const sizes = sizesOf(upload);
    const sent = (): number => [...there].reduce((sum, part) => sum + (sizes[part] ?? 0), 0);
    const tell = (): void => onProgress?.({ upload: upload.id, sent: sent(), bytes: upload.bytes });
    tell();
    for (const [part, size] of sizes.entries()) {
      if (there.has(part)) continue;
      const wanted = { path, part, start: part * upload.partBytes, size };
      const content = await onDisk(path, signal, () => readPart(file, wanted));
      await again(ATTEMPTS, signal, () => sendPart(client, { upload: upload.id, part, content, signal }));
      there.add(part);
      tell();
    }
  } finally {
    await file.close();
  }
  const complete = { id: upload.id, name, ...(options !== undefined && { options }) };
  return again(ATTEMPTS, signal, () =>
    client.api.datasets.completeUpload.mutate(complete, { ...(signal && { signal }) }),
  );
}

async function begin(
  client: Client,
  { projectId, path, upload: id, signal }: DatasetUpload,
): Promise<Upload> {
  const { datasets } = client.api;
  const info = await onDisk(path, signal, () => stat(path));
  if (!info.isFile()) throw new ClientError(`${path} is no file; pack a folder into a zip`);
  if (id === undefined) {
    const sha256 = await onDisk(path, signal, () => sha256OfFile(path));
    const project = projectId ?? (await onlyProject(client, signal));
    const start = { projectId: project, name: basename(path), bytes: info.size, sha256 };
    return datasets.beginUpload.mutate(start, { ...(signal && { signal }) });
  }
  const upload = await datasets.uploadStatus.query({ id }, { ...(signal && { signal }) });
  if (upload.bytes === info.size && upload.name === basename(path)) return upload;
  throw new ClientError(
    `the upload ${id} is of ${upload.name} with ${upload.bytes} bytes, and ${path} has ${info.size}; begin a new one`,
  );
}

async function onlyProject({ api }: Client, signal: AbortSignal | undefined): Promise<string> {
  const [only, another] = await api.projects.list.query(undefined, { ...(signal && { signal }) });
  if (only !== undefined && another === undefined) return only.id;
  throw new ClientError(
    `there ${only === undefined ? 'is no project' : 'are several projects'}; give the projectId of one`,
  );
}

const sizesOf = ({ bytes, partBytes, parts }: Upload): readonly number[] =>
  Array.from({ length: parts }, (_, part) => Math.min(partBytes, bytes - part * partBytes));

interface Part {
  readonly path: string;
  readonly part: number;
  readonly start: number;
  readonly size: number;
}

async function readPart(
  file: FileHandle,
  { path, part, start, size }: Part,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(size);
  for (let filled = 0; filled < size;) {
    const { bytesRead } = await file.read(content, filled, size - filled, start + filled);
    if (bytesRead === 0) {
      throw new ClientError(`${path} became shorter while part ${part} of it was read; upload it again`);
    }
    filled += bytesRead;
  }
  return content;
}

interface Sent {
  readonly upload: string;
  readonly part: number;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal | undefined;
}

async function sendPart(client: Client, { upload, part, content, signal }: Sent): Promise<void> {
  const what = `part ${part}`;
  const init = {
    method: 'PUT',
    headers: { 'X-Content-SHA256': createHash('sha256').update(content).digest('hex') },
    body: content,
    ...(signal && { signal }),
  };
  const response = await client.send(`/api/uploads/${upload}/${part}`, init, what);
  const asked = askedOf(what, 'PUT', response.url);
  const text = await telling(asked, signal, () => response.text());
  if (response.ok) return;
  const refusal = refusalOf(response, text, asked);
  const wait = Number(response.headers.get('retry-after') ?? 0);
  if (refusal.retry && Number.isFinite(wait)) await pauseBefore(0, signal, wait);
  throw refusal;
}
