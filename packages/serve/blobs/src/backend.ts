import type { BlobSource } from './content.js';
import { BlobError } from './errors.js';

/** Facts of a blob. */
export interface BlobInfo {
  readonly key: string;
  /** Its size. */
  readonly bytes: number;
  /** Of its content, hexadecimal. */
  readonly sha256: string;
  /** Its media type, such as `application/octet-stream`. */
  readonly contentType: string;
}

/** Facts of a stored blob. */
export type StoredBlob = Pick<BlobInfo, 'key' | 'bytes' | 'sha256'>;
/** Entry of a list of blobs. */
export type ListedBlob = Pick<BlobInfo, 'key' | 'bytes'>;

export interface PutOptions {
  /** Its media type, such as `application/octet-stream`. */
  readonly contentType: string;
  /** Expected SHA-256 of the content, hexadecimal; without it, a stream for S3 is written to disk first. */
  readonly sha256?: string;
  /** Stops at the first byte more, and leaves nothing. */
  readonly maxBytes?: number;
  /** Whether other content under the key is replaced; false by default. */
  readonly overwrite?: boolean;
}

/** A blob that is open for reading, as it was when it was opened. */
export interface OpenBlob {
  readonly info: BlobInfo;
  /** Its content, not verified yet. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Gives back what it holds; may be called more than once, and in mid-read. */
  readonly release: () => Promise<void>;
}

/** A kind of place. Keys and options are checked already; every error is a BlobError or the source's own. */
export interface Backend {
  /** A name of the blob for messages. */
  readonly where: (key: string) => string;
  readonly stat: (key: string) => Promise<BlobInfo | null>;
  /** Blob that a `put` finds under its key. The SHA-256 is null if it is damaged or was not stored by Espalier. */
  readonly current: (key: string) => Promise<{ bytes: number; sha256: string | null } | null>;
  readonly put: (key: string, source: BlobSource, options: PutOptions) => Promise<StoredBlob>;
  /** Null where there is none. */
  readonly open: (key: string) => Promise<OpenBlob | null>;
  readonly list: (prefix: string) => AsyncIterable<ListedBlob>;
  readonly remove: (key: string) => Promise<void>;
  readonly close: () => void;
}

/**
 * Returns the stored blob if it makes storing needless; null if there is something to store.
 *
 * @throws BlobError (`conflict`) where other content is in the way
 */
export async function alreadyStored(
  backend: Pick<Backend, 'where' | 'current'>,
  key: string,
  sha256: string,
  overwrite = false,
): Promise<StoredBlob | null> {
  const there = await backend.current(key);
  if (there === null) return null;
  if (there.sha256 === sha256) return { key, bytes: there.bytes, sha256 };
  if (overwrite) return null;
  throw new BlobError(
    'conflict',
    `${backend.where(key)} already holds other content; choose another key, or overwrite it`,
  );
}

export const changedMeanwhile = (where: string): BlobError =>
  new BlobError('changed', `${where} was replaced or removed during the transfer; try again`);
