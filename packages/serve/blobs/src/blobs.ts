import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { sha256OfFile, writeAtomic } from '@espalier/base/files';
import {
  alreadyStored,
  type Backend,
  type BlobInfo,
  type ListedBlob,
  type OpenBlob,
  type PutOptions,
  type StoredBlob,
} from './backend.js';
import { discard, meter, tooLarge, writeChunks, type BlobSource } from './content.js';
import { BlobError, explainFile } from './errors.js';
import { folderBackend } from './folder/folder.js';
import { checkKey, checkPrefix } from './keys.js';
import { checkPlace, type BlobPlace } from './place.js';
import { s3Backend } from './s3/s3.js';

/** Artifacts by key, in one place. Everything may throw a BlobError, and `put` what its stream throws. */
export interface Blobs {
  /**
   * Stores content; it is there whole or not at all. The same content again is left as it is.
   * A stream is read to its end or destroyed.
   *
   * @throws BlobError `conflict` where the key holds other content, `size`, `damaged` (not the SHA-256 given)
   */
  readonly put: (key: string, source: BlobSource, options: PutOptions) => Promise<StoredBlob>;
  /**
   * Stores bytes, or the file of a path, under the name that their SHA-256 gives: `sha256/ab/abcd…`.
   *
   * @throws BlobError as `put`, and `place` or `denied` where the file cannot be read
   */
  readonly putContent: (
    content: Uint8Array | string,
    options: Pick<PutOptions, 'contentType' | 'maxBytes'>,
  ) => Promise<StoredBlob>;
  /**
   * A stream of the content, which ends with a BlobError `damaged` where it was not what was stored.
   * Read it to its end or destroy it: until then it holds a file or a connection.
   *
   * @throws BlobError `missing`
   */
  readonly get: (key: string) => Promise<Readable>;
  /** The verified content, of `maxBytes` at most. @throws BlobError `missing`, `size`, `damaged` */
  readonly read: (key: string, options: { readonly maxBytes: number }) => Promise<Uint8Array>;
  /** Reads the facts of a blob; null where there is none. */
  readonly stat: (key: string) => Promise<BlobInfo | null>;
  /** The blobs whose keys begin with `prefix` (all for an empty one), in no order to rely on. */
  readonly list: (prefix: string) => AsyncIterable<ListedBlob>;
  /** Afterwards there is none of that key; it is no error if there was none. */
  readonly remove: (key: string) => Promise<void>;
  /**
   * Writes the verified content to a local file, which is there whole or stays as it was.
   *
   * @throws BlobError `missing`, `damaged`, and `place` or `denied` where the file cannot be written
   */
  readonly fetchTo: (key: string, path: string) => Promise<BlobInfo>;
  /** Gives back connections; nothing may be used afterwards. */
  readonly close: () => void;
}

/** Opens blobs. Nothing is read or made before it is needed. @throws BlobError (`place`) */
export function openBlobs(place: BlobPlace): Blobs {
  const checked = checkPlace(place);
  const backend = checked.kind === 'folder' ? folderBackend(checked.folder) : s3Backend(checked);
  return {
    put: (key, source, options) => put(backend, key, source, options),
    putContent: (content, options) => putContent(backend, content, options),
    get: (key) => get(backend, key),
    read: (key, { maxBytes }) => read(backend, key, maxBytes),
    stat: async (key) => {
      checkKey(key);
      return backend.stat(key);
    },
    list: (prefix) => {
      checkPrefix(prefix);
      return backend.list(prefix);
    },
    remove: async (key) => {
      checkKey(key);
      return backend.remove(key);
    },
    fetchTo: (key, path) => fetchTo(backend, key, path),
    close: backend.close,
  };
}

async function put(
  backend: Backend,
  key: string,
  source: BlobSource,
  options: PutOptions,
): Promise<StoredBlob> {
  try {
    checkKey(key);
    checkOptions(options);
    if (source instanceof Uint8Array && source.length > (options.maxBytes ?? Infinity)) {
      throw tooLarge(backend.where(key), options.maxBytes as number);
    }
    const sha256 = options.sha256 ?? (source instanceof Uint8Array ? sha256OfBytes(source) : undefined);
    if (sha256 === undefined) return await backend.put(key, source, options);
    const there = await alreadyStored(backend, key, sha256, options.overwrite);
    return there ?? (await backend.put(key, source, { ...options, sha256 }));
  } finally {
    discard(source);
  }
}

async function putContent(
  backend: Backend,
  content: Uint8Array | string,
  options: Pick<PutOptions, 'contentType' | 'maxBytes'>,
): Promise<StoredBlob> {
  const keyOf = (sha256: string): string => `sha256/${sha256.slice(0, 2)}/${sha256}`;
  if (typeof content !== 'string') {
    const sha256 = sha256OfBytes(content);
    return put(backend, keyOf(sha256), content, { ...options, sha256 });
  }
  try {
    const sha256 = await sha256OfFile(content);
    return await put(backend, keyOf(sha256), fileChunks(content), { ...options, sha256 });
  } catch (error) {
    throw explainFile(error, content);
  }
}

/** A file that is opened when the first byte is asked for. */
async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}

async function get(backend: Backend, key: string): Promise<Readable> {
  const blob = await opened(backend, key);
  const stream = Readable.from(verified(backend, blob), { objectMode: false });
  stream.once('close', () => void blob.release());
  return stream;
}

async function read(backend: Backend, key: string, maxBytes: number): Promise<Uint8Array> {
  checkMaxBytes(maxBytes);
  const blob = await opened(backend, key);
  try {
    if (blob.info.bytes > maxBytes) throw tooLarge(backend.where(key), maxBytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of verified(backend, blob)) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    await blob.release();
  }
}

async function fetchTo(backend: Backend, key: string, path: string): Promise<BlobInfo> {
  const blob = await opened(backend, key);
  try {
    await writeAtomic(path, (handle) => writeChunks(handle, verified(backend, blob)));
    return blob.info;
  } catch (error) {
    throw explainFile(error, path);
  } finally {
    await blob.release();
  }
}

async function opened(backend: Backend, key: string): Promise<OpenBlob> {
  checkKey(key);
  const blob = await backend.open(key);
  if (blob !== null) return blob;
  throw new BlobError(
    'missing',
    `there is no blob ${backend.where(key)}; check the key, or store the blob first`,
  );
}

const verified = (backend: Backend, { info, chunks }: OpenBlob): AsyncIterable<Uint8Array> =>
  meter(chunks, { where: backend.where(info.key), sha256: info.sha256 }).chunks;

const sha256OfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function checkOptions({ contentType, sha256, maxBytes }: PutOptions): void {
  // It becomes a header, which another line in it would forge.
  if (!/^[\x21-\x7e]+\/[\x20-\x7e]+$/.test(contentType) || contentType.length > 200) {
    throw new BlobError(
      'key',
      'the contentType is not a media type; give one such as application/octet-stream',
    );
  }
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new BlobError('key', 'the sha256 is not a SHA-256 digest; give 64 lower-case hexadecimal digits');
  }
  if (maxBytes !== undefined) checkMaxBytes(maxBytes);
}

function checkMaxBytes(maxBytes: number): void {
  if (Number.isSafeInteger(maxBytes) && maxBytes >= 0) return;
  throw new BlobError('key', `maxBytes is ${maxBytes}; give a whole number of bytes, 0 or more`);
}
