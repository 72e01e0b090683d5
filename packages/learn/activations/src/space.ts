import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readSync, rmSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DamagedRecordsError, ActivationError, unlessGone } from './errors.js';
import { isIntact, recordBytes, RECORD_HEADER_BYTES } from './record.js';
import {
  appendRecords,
  closeSegment,
  createSegment,
  newKeys,
  offsetOf,
  openSegment,
  SEGMENT_SUFFIX,
  syncSegment,
  type Segment,
} from './segment.js';
import type { ActivationShare } from './share.js';

/** One example's activation and the key it is kept under. */
export interface ActivationRecord {
  readonly key: string;
  readonly values: Float32Array;
}

/** Activations of many examples at one cut of one model under one preprocessing. */
export interface ActivationSpace {
  readonly folder: string;
  /** Shape of one example's activation. */
  readonly dims: readonly number[];
  has(key: string): boolean;
  /** Looks for records that other processes have written. */
  refresh(): void;
  append(records: readonly ActivationRecord[]): void;
  /**
   * Reads the activations of `keys` one after the other into `target`.
   *
   * @throws DamagedRecordsError after forgetting records that are missing, torn or damaged
   */
  read(keys: readonly string[], target: Float32Array): void;
  /** Waits until what was appended is on the disk. */
  sync(): void;
  /** Asks the other machines for these examples; afterwards {@link has} tells which have come. */
  fetch(keys: readonly string[]): Promise<void>;
  /** Shows the other machines what was appended, if anything was. */
  publish(): Promise<void>;
  close(): void;
}

export interface SpaceOptions {
  readonly folder: string;
  readonly dims: readonly number[];
  readonly onAppend: () => void;
  readonly share: ActivationShare | null;
}

/** Opens a space and finds what is in it. Each process appends to segments of its own. */
export function openSpace(options: SpaceOptions): ActivationSpace {
  const space = new SegmentedSpace(options);
  space.refresh();
  return space;
}

/** Records of another machine that are in memory together. */
const TAKEN_AT_ONCE = 32;

interface Place {
  readonly segment: Segment;
  readonly index: number;
}

class SegmentedSpace implements ActivationSpace {
  readonly folder: string;
  readonly dims: readonly number[];
  private readonly onAppend: () => void;
  private readonly share: ActivationShare | null;
  private readonly elements: number;
  private readonly places = new Map<string, Place>();
  /** By file name; those of an evicted space stay open, and so readable, to the end. */
  private readonly segments = new Map<string, Segment>();
  private own: Segment | null = null;
  private buffer = Buffer.alloc(0);

  constructor({ folder, dims, onAppend, share }: SpaceOptions) {
    this.folder = folder;
    this.dims = dims;
    this.onAppend = onAppend;
    this.share = share;
    this.elements = dims.reduce((a, b) => a * b, 1);
  }

  has(key: string): boolean {
    return this.places.has(key);
  }

  refresh(): void {
    mkdirSync(this.folder, { recursive: true });
    const files = unlessGone(() => readdirSync(this.folder)) ?? [];
    for (const file of files.filter((name) => name.endsWith(SEGMENT_SUFFIX))) {
      const segment = this.segments.get(file) ?? openSegment(join(this.folder, file), this.elements);
      if (segment === null || segment === this.own) continue;
      this.segments.set(file, segment);
      this.note(segment, newKeys(segment, this.elements));
    }
    touch(this.folder);
  }

  append(records: readonly ActivationRecord[]): void {
    const wrong = records.find(({ values }) => values.length !== this.elements);
    if (wrong !== undefined) {
      throw new ActivationError(
        `features of shape [${this.dims}] have ${this.elements} numbers, got ${wrong.values.length}`,
      );
    }
    const segment = this.ownSegment();
    appendRecords(segment, this.elements, records);
    this.note(
      segment,
      records.map(({ key }) => key),
    );
    this.onAppend();
  }

  read(keys: readonly string[], target: Float32Array): void {
    const bad = keys.filter((key, i) => !this.readInto(key, target, i * this.elements));
    if (bad.length === 0) return;
    for (const key of bad) this.places.delete(key);
    throw new DamagedRecordsError(bad, this.folder);
  }

  sync(): void {
    if (this.own !== null) syncSegment(this.own);
  }

  async fetch(keys: readonly string[]): Promise<void> {
    if (this.share === null || keys.length === 0) return;
    const name = basename(this.folder);
    const wanted = new Set(keys);
    for (const found of await this.share.find(name, keys)) {
      const file = await this.share.fetch(name, found);
      if (file === null) continue;
      try {
        this.take(file, wanted);
      } finally {
        rmSync(file, { force: true });
      }
    }
  }

  async publish(): Promise<void> {
    const { own } = this;
    if (this.share === null || own === null) return;
    const keys = [...this.places].filter(([, { segment }]) => segment === own).map(([key]) => key);
    // What others may have read does not change: what comes next goes to another segment.
    this.own = null;
    await this.share.publish(basename(this.folder), own.path, keys);
  }

  close(): void {
    for (const segment of this.segments.values()) closeSegment(segment);
    this.segments.clear();
    this.places.clear();
    this.own = null;
  }

  /** Copies the wanted records of another machine's segment: the rest of it would take room for nothing. */
  private take(file: string, wanted: ReadonlySet<string>): void {
    const fetched = openSegment(file, this.elements);
    if (fetched === null) return;
    const { own } = this;
    this.own = null;
    try {
      const missing = [...newKeys(fetched, this.elements).entries()].filter(
        ([, key]) => wanted.has(key) && !this.has(key),
      );
      for (let start = 0; start < missing.length; start += TAKEN_AT_ONCE) {
        const records = missing.slice(start, start + TAKEN_AT_ONCE).flatMap(([index, key]) => {
          const values = new Float32Array(this.elements);
          return this.readRecord({ segment: fetched, index }, key, values, 0) ? [{ key, values }] : [];
        });
        this.append(records);
      }
    } finally {
      closeSegment(fetched);
      // What was taken is shared already, what this process has computed may not be.
      this.own = own;
    }
  }

  /** Notes where the last records of a segment are. */
  private note(segment: Segment, keys: readonly string[]): void {
    const first = segment.count - keys.length;
    keys.forEach((key, i) => this.places.set(key, { segment, index: first + i }));
  }

  /** The segment to append to. What is written to one that another process has evicted would be lost. */
  private ownSegment(): Segment {
    if (this.own !== null && existsSync(this.own.path)) return this.own;
    const file = `${process.pid}-${randomBytes(4).toString('hex')}${SEGMENT_SUFFIX}`;
    this.own = startSegment(this.folder, file, this.elements);
    this.segments.set(file, this.own);
    return this.own;
  }

  private readInto(key: string, target: Float32Array, at: number): boolean {
    const place = this.places.get(key);
    return place !== undefined && this.readRecord(place, key, target, at);
  }

  private readRecord(place: Place, key: string, target: Float32Array, at: number): boolean {
    const size = recordBytes(this.elements);
    if (this.buffer.length !== size) this.buffer = Buffer.alloc(size);
    const start = offsetOf(this.elements, place.index);
    const got = readSync(place.segment.descriptor, this.buffer, 0, size, start);
    if (got !== size || !isIntact(this.buffer, key)) return false;
    const values = new Uint8Array(target.buffer, target.byteOffset + 4 * at, 4 * this.elements);
    values.set(this.buffer.subarray(RECORD_HEADER_BYTES));
    return true;
  }
}

/** Another process may evict the still empty folder before the file is in it. */
const ATTEMPTS = 5;

function startSegment(folder: string, file: string, elements: number): Segment {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    mkdirSync(folder, { recursive: true });
    const segment = unlessGone(() => createSegment(join(folder, file), elements));
    if (segment !== null) return segment;
  }
  throw new ActivationError(`cannot write features to ${folder}: it is removed as soon as it is made`);
}

/** The time a space was last opened decides what is evicted first. */
function touch(folder: string): void {
  const now = new Date();
  unlessGone(() => utimesSync(folder, now, now));
}
