import { statSync } from 'node:fs';
import { link, rm, stat as statOf } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { privateFolder, writeAtomic, writeFileAtomic } from '@espalier/base/files';
import {
  alreadyStored,
  changedMeanwhile,
  type Backend,
  type BlobInfo,
  type ListedBlob,
  type OpenBlob,
  type PutOptions,
  type StoredBlob,
} from '../backend.js';
import { meter, writeChunks, type BlobSource } from '../content.js';
import { BlobError, explainFile } from '../errors.js';
import { isKey } from '../keys.js';
import { contentOf, keyOfRecord, newContentId, recordOf, stemOf } from './layout.js';
import { readRecord, type BlobRecord } from './record.js';
import { checkFolders, filesBelow, openFile, syncFolderOf, unlessMissing } from './walk.js';

/** Number of retries of a reader when a blob was replaced between its two files. */
const LOOKS = 5;

interface Folder {
  readonly root: string;
  readonly where: (key: string) => string;
}

/** Blobs in a folder: content beside a record that names it, see `layout.ts`. */
export function folderBackend(folder: string): Backend {
  const root = resolve(folder);
  // Of an earlier version, others could read it.
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory()) privateFolder(root);
  const place: Folder = { root, where: (key) => `${key} in ${root}` };
  return {
    where: place.where,
    current: explained(root, (key: string) => current(place, key)),
    stat: explained(root, async (key: string) => {
      const record = await recordIn(place, key);
      return record === null ? null : infoOf(record);
    }),
    put: (key, source, options) => put(place, key, source, options),
    open: explained(root, (key: string) => openBlob(place, key)),
    list: (prefix) => list(place, prefix),
    remove: explained(root, (key: string) => remove(place, key)),
    close: () => {},
  };
}

const explained =
  <A, T>(root: string, action: (argument: A) => Promise<T>): ((argument: A) => Promise<T>) =>
  async (argument) => {
    try {
      return await action(argument);
    } catch (error) {
      throw explainFile(error, root);
    }
  };

const infoOf = ({ key, bytes, sha256, contentType }: BlobRecord): BlobInfo => ({
  key,
  bytes,
  sha256,
  contentType,
});

async function recordIn({ root }: Folder, key: string): Promise<BlobRecord | null> {
  const path = recordOf(stemOf(key));
  return (await checkFolders(root, path, false)) ? readRecord(join(root, path), key) : null;
}

/** A record or content that is damaged counts as other content, so that overwriting mends it. */
async function current(place: Folder, key: string): ReturnType<Backend['current']> {
  const record = await recordToReplace(place, key);
  if (record === null) return null;
  if (record === 'damaged') return { bytes: 0, sha256: null };
  const path = join(place.root, contentOf(stemOf(key), record.content));
  const content = await unlessMissing(() => statOf(path));
  return { bytes: record.bytes, sha256: content?.size === record.bytes ? record.sha256 : null };
}

async function recordToReplace(place: Folder, key: string): Promise<BlobRecord | 'damaged' | null> {
  try {
    return await recordIn(place, key);
  } catch (error) {
    if (error instanceof BlobError && error.problem === 'damaged') return 'damaged';
    throw error;
  }
}

/** Content first, then the record: a crash in between leaves a file that no record names, and no blob. */
async function put(place: Folder, key: string, source: BlobSource, options: PutOptions): Promise<StoredBlob> {
  const stem = stemOf(key);
  const id = newContentId();
  const content = join(place.root, contentOf(stem, id));
  const measured = meter(source, { ...options, where: place.where(key) });
  try {
    await checkFolders(place.root, stem, true);
    await writeAtomic(content, (handle) => writeChunks(handle, measured.chunks), { private: true });
    const record: BlobRecord = {
      key,
      content: id,
      bytes: measured.bytes(),
      sha256: measured.sha256(),
      contentType: options.contentType,
    };
    const there = await publish(place, record, options.overwrite ?? false);
    if (there !== null) await rm(content, { force: true });
    return there ?? { key, bytes: record.bytes, sha256: record.sha256 };
  } catch (error) {
    await dropUnnamed(place, key, id);
    // What a stream threw is the caller's own, and not about this folder.
    const failure = measured.failure();
    throw failure === null ? explainFile(error, place.root) : failure.error;
  }
}

/** A failure can come after the record was published (of a sync, say): then the content stays. */
async function dropUnnamed(place: Folder, key: string, id: string): Promise<void> {
  const path = join(place.root, contentOf(stemOf(key), id));
  const there = await unlessMissing(() => statOf(path)).catch(() => null);
  if (there === null) return;
  const record = await recordToReplace(place, key);
  if (record === null || record === 'damaged' || record.content !== id) await rm(path, { force: true });
}

/** Makes a record the blob's; gives what is there where that has the same content already. */
async function publish(place: Folder, record: BlobRecord, overwrite: boolean): Promise<StoredBlob | null> {
  const backend = { where: place.where, current: (key: string) => current(place, key) };
  const there = await alreadyStored(backend, record.key, record.sha256, overwrite);
  if (there !== null) return there;
  const stem = stemOf(record.key);
  const path = join(place.root, recordOf(stem));
  if (overwrite) {
    const old = await recordToReplace(place, record.key);
    await writeFileAtomic(path, JSON.stringify(record), { private: true });
    if (old !== null && old !== 'damaged') {
      await rm(join(place.root, contentOf(stem, old.content)), { force: true });
    }
    return null;
  }
  if (await writeExclusive(path, record)) return null;
  const other = await alreadyStored(backend, record.key, record.sha256);
  if (other === null) throw changedMeanwhile(place.where(record.key));
  return other;
}

/** Of several writers that find nothing there, one succeeds: a link is made where there is no file, or not at all. */
async function writeExclusive(path: string, record: BlobRecord): Promise<boolean> {
  const draft = `${path}.${record.content}.tmp`;
  try {
    await writeFileAtomic(draft, JSON.stringify(record), { private: true });
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
    await syncFolderOf(path);
  }
}

async function openBlob(place: Folder, key: string): Promise<OpenBlob | null> {
  for (let look = 0; look < LOOKS; look++) {
    const record = await recordIn(place, key);
    if (record === null) return null;
    const path = join(place.root, contentOf(stemOf(key), record.content));
    const handle = await unlessMissing(() => openFile(path));
    if (handle === null) continue;
    // The stream closes the handle at its end; closing twice is allowed.
    const stream = handle.createReadStream();
    return { info: infoOf(record), chunks: stream, release: () => released(stream) };
  }
  throw new BlobError(
    'damaged',
    `the content of ${place.where(key)} is missing, but its record exists; store the blob again, with overwrite`,
  );
}

async function released(stream: Readable): Promise<void> {
  if (stream.closed) return;
  const closed = new Promise<void>((resolve) => void stream.once('close', () => resolve()));
  stream.destroy();
  await closed;
}

async function* list(place: Folder, prefix: string): AsyncGenerator<ListedBlob> {
  const files = await filesBelow(place.root).catch((error: unknown) => {
    throw explainFile(error, place.root);
  });
  for (const key of files.map(keyOfRecord)) {
    if (key === null || !isKey(key) || !key.startsWith(prefix)) continue;
    const record = await explained(place.root, () => recordIn(place, key))(undefined);
    if (record !== null) yield { key, bytes: record.bytes };
  }
}

/** The record goes first: without it there is no blob, whatever stops the rest. */
async function remove(place: Folder, key: string): Promise<void> {
  const record = await recordToReplace(place, key);
  if (record === null) return;
  const stem = stemOf(key);
  const path = join(place.root, recordOf(stem));
  await rm(path, { force: true });
  await syncFolderOf(path);
  if (record !== 'damaged') await rm(join(place.root, contentOf(stem, record.content)), { force: true });
}
