import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { PRIVATE_FILE } from '@espalier/base/files';
import { ActivationError, unlessGone } from './errors.js';
import { encodeRecord, KEY_BYTES, recordBytes } from './record.js';

const MAGIC = Buffer.from('ESPFEAT1');
export const SEGMENT_HEADER_BYTES = 16;
export const SEGMENT_SUFFIX = '.features';

/** A file of fixed-size records, written by one process and read by any. */
export interface Segment {
  readonly path: string;
  readonly descriptor: number;
  /** Records up to the last whole one. */
  count: number;
}

const headerOf = (elements: number): Buffer => {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(elements, MAGIC.length);
  return header;
};

export const offsetOf = (elements: number, index: number): number =>
  SEGMENT_HEADER_BYTES + index * recordBytes(elements);

/**
 * Opens a segment for reading; `null` for a file that is not one, such as one torn in its header, and
 * for one that another process has evicted.
 */
export function openSegment(path: string, elements: number): Segment | null {
  const descriptor = unlessGone(() => openSync(path, 'r'));
  if (descriptor === null) return null;
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  readSync(descriptor, header, 0, header.length, 0);
  if (!header.equals(headerOf(elements))) {
    closeSync(descriptor);
    return null;
  }
  return { path, descriptor, count: 0 };
}

/** Keys of whole records that were written since the last call; torn ones at the end do not count. */
export function newKeys(segment: Segment, elements: number): string[] {
  const size = recordBytes(elements);
  const whole = Math.max(0, Math.floor((fstatSync(segment.descriptor).size - SEGMENT_HEADER_BYTES) / size));
  const key = Buffer.alloc(KEY_BYTES);
  const keys: string[] = [];
  for (; segment.count < whole; segment.count++) {
    readSync(segment.descriptor, key, 0, KEY_BYTES, offsetOf(elements, segment.count));
    keys.push(key.toString('hex'));
  }
  return keys;
}

/** Creates a segment of one's own. */
export function createSegment(path: string, elements: number): Segment {
  const descriptor = openSync(path, 'wx+', PRIVATE_FILE);
  writeSync(descriptor, headerOf(elements));
  return { path, descriptor, count: 0 };
}

/** Appends records in one write; what a full disk cut off is taken back. */
export function appendRecords(
  segment: Segment,
  elements: number,
  records: readonly { readonly key: string; readonly values: Float32Array }[],
): void {
  const size = recordBytes(elements);
  const block = Buffer.allocUnsafe(size * records.length);
  records.forEach(({ key, values }, i) =>
    encodeRecord(block.subarray(i * size, (i + 1) * size), key, values),
  );
  const start = offsetOf(elements, segment.count);
  try {
    for (let written = 0; written < block.length;) {
      written += writeSync(segment.descriptor, block, written, block.length - written, start + written);
    }
  } catch (cause) {
    ftruncateSync(segment.descriptor, start);
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    const reason = full
      ? 'the disk is full; free some space or choose another --cache folder'
      : String(cause);
    throw new ActivationError(`cannot write features to ${segment.path}: ${reason}`, { cause });
  }
  segment.count += records.length;
}

export const syncSegment = (segment: Segment): void => fdatasyncSync(segment.descriptor);
export const closeSegment = (segment: Segment): void => closeSync(segment.descriptor);
