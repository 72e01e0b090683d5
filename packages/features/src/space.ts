import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedRecordsError, FeatureError } from './errors.js';
import { isIntact, recordBytes, RECORD_HEADER_BYTES } from './record.js';
import {
  appendRecords,
  closeSegment,
  createSegment,
  newKeys,
  offsetOf,
  openSegment,
  syncSegment,
  type Segment,
} from './segment.js';

export const SEGMENT_SUFFIX = '.features';

/** Activations of many examples at one cut of one model under one preprocessing. */
export interface FeatureSpace {
  readonly folder: string;
  /** Shape of one example's activation. */
  readonly dims: readonly number[];
  has(key: string): boolean;
  /** Looks for records that other processes have written. */
  refresh(): void;
  append(records: readonly { readonly key: string; readonly values: Float32Array }[]): void;
  /**
   * Reads the activations of `keys` one after the other into `target`.
   *
   * @throws DamagedRecordsError after forgetting records that are missing, torn or damaged
   */
  read(keys: readonly string[], target: Float32Array): void;
  /** Waits until what was appended is on the disk. */
  sync(): void;
  close(): void;
}

interface Place {
  readonly segment: Segment;
  readonly index: number;
}

/** Opens a space and finds what is in it. Each process appends to a segment of its own. */
export function openSpace(folder: string, dims: readonly number[], onAppend: () => void): FeatureSpace {
  const elements = dims.reduce((a, b) => a * b, 1);
  const places = new Map<string, Place>();
  const segments = new Map<string, Segment>();
  let own: Segment | null = null;
  let buffer = Buffer.alloc(0);
  mkdirSync(folder, { recursive: true });

  const note = (segment: Segment, keys: readonly string[]): void => {
    const first = segment.count - keys.length;
    keys.forEach((key, i) => places.set(key, { segment, index: first + i }));
  };
  const refresh = (): void => {
    for (const file of readdirSync(folder).filter((name) => name.endsWith(SEGMENT_SUFFIX))) {
      const segment = segments.get(file) ?? openSegment(join(folder, file), elements);
      if (segment === null || segment === own) continue;
      segments.set(file, segment);
      note(segment, newKeys(segment, elements));
    }
    touch(folder);
  };
  refresh();

  const readInto = (key: string, target: Float32Array, at: number): boolean => {
    const place = places.get(key);
    if (place === undefined) return false;
    const size = recordBytes(elements);
    if (buffer.length !== size) buffer = Buffer.alloc(size);
    const got = readSync(place.segment.descriptor, buffer, 0, size, offsetOf(elements, place.index));
    if (got !== size || !isIntact(buffer, key)) return false;
    new Uint8Array(target.buffer, target.byteOffset + 4 * at, 4 * elements).set(
      buffer.subarray(RECORD_HEADER_BYTES),
    );
    return true;
  };

  return {
    folder,
    dims,
    has: (key) => places.has(key),
    refresh,
    append: (records) => {
      const wrong = records.find(({ values }) => values.length !== elements);
      if (wrong !== undefined) {
        throw new FeatureError(
          `features of shape [${dims}] have ${elements} numbers, got ${wrong.values.length}`,
        );
      }
      // Evicted under our feet by another process: what is written to it would be lost.
      if (own !== null && !existsSync(own.path)) own = null;
      if (own === null) {
        const file = `${process.pid}-${randomBytes(4).toString('hex')}${SEGMENT_SUFFIX}`;
        mkdirSync(folder, { recursive: true });
        own = createSegment(join(folder, file), elements);
        segments.set(file, own);
      }
      appendRecords(own, elements, records);
      note(
        own,
        records.map(({ key }) => key),
      );
      onAppend();
    },
    read: (keys, target) => {
      const bad = keys.filter((key, i) => !readInto(key, target, i * elements));
      if (bad.length === 0) return;
      for (const key of bad) places.delete(key);
      throw new DamagedRecordsError(bad, folder);
    },
    sync: () => {
      if (own !== null) syncSegment(own);
    },
    close: () => {
      for (const segment of segments.values()) closeSegment(segment);
      segments.clear();
      places.clear();
      own = null;
    },
  };
}

/** The time a space was last opened decides what is evicted first. */
function touch(folder: string): void {
  const now = new Date();
  utimesSync(folder, now, now);
}
