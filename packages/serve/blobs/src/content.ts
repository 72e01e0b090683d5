import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { BlobError } from './errors.js';

/** Content to store: bytes, or a stream of them (Node's, the web's, or any async iterable). */
export type BlobSource = Uint8Array | AsyncIterable<Uint8Array>;

export interface MeterOptions {
  /** For messages. */
  readonly where: string;
  /** The most bytes that may come. */
  readonly maxBytes?: number;
  /** Expected SHA-256 of the chunks, hexadecimal. */
  readonly sha256?: string;
}

/** Content on its way, counted and hashed as it passes. */
export interface Meter {
  /** To be read once. Throws what the source throws, and BlobError `size` or `damaged`. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** So far. */
  readonly bytes: () => number;
  /** Of everything, once the chunks have ended. */
  readonly sha256: () => string;
  /** Original error of the chunks, however libraries wrapped it; null for none. */
  readonly failure: () => { readonly error: unknown } | null;
}

/** Counts and hashes content as it passes; stops at the first byte too many. */
export function meter(source: BlobSource, options: MeterOptions): Meter {
  const hash = createHash('sha256');
  let bytes = 0;
  let digest: string | null = null;
  let failure: { readonly error: unknown } | null = null;
  const measure = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(source, options.where)) {
      bytes += chunk.length;
      if (bytes > (options.maxBytes ?? Infinity)) throw tooLarge(options.where, options.maxBytes as number);
      hash.update(chunk);
      yield chunk;
    }
    digest = hash.digest('hex');
    if (options.sha256 !== undefined && digest !== options.sha256) throw wrongDigest(options, digest);
  };
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* measure();
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  return {
    chunks: chunks(),
    bytes: () => bytes,
    sha256: () => digest ?? '',
    failure: () => failure,
  };
}

async function* chunksOf(source: BlobSource, where: string): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    if (source.length > 0) yield source;
    return;
  }
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) {
      throw new BlobError(
        'key',
        `the stream for ${where} returned a chunk that is not bytes; use a stream of Uint8Array`,
      );
    }
    if (chunk.length > 0) yield chunk;
  }
}

/** Writes chunks where the file stands. */
export async function writeChunks(handle: FileHandle, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  // `write` may write less than it is given; `writeFile` goes on from where the file stands.
  for await (const chunk of chunks) await handle.writeFile(chunk);
}

/** Gives back what a stream holds where nobody will read it to its end. */
export function discard(source: BlobSource): void {
  if (source instanceof Readable) source.destroy();
}

export const tooLarge = (where: string, maxBytes: number): BlobError =>
  new BlobError(
    'size',
    `${where} is larger than the ${maxBytes} bytes allowed; raise the limit or store less`,
  );

const wrongDigest = ({ where, sha256 }: MeterOptions, digest: string): BlobError =>
  new BlobError(
    'damaged',
    `the content of ${where} has the SHA-256 ${digest} instead of ${sha256}: it is damaged or a different file; ` +
      'store it again from where it came',
  );
