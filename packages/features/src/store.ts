import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureError } from './errors.js';
import { openSpace, SEGMENT_SUFFIX, type FeatureSpace } from './space.js';

/** What a set of activations depends on, besides the example and its view. */
export interface SpaceKey {
  /** SHA-256 of the model file. */
  readonly model: string;
  /** Name of the tensor that is kept. */
  readonly cut: string;
  /** The preprocessing in a canonical text form. */
  readonly preprocessing: string;
  /** Shape of one example's activation. */
  readonly dims: readonly number[];
}

export interface FeatureStore {
  readonly folder: string;
  readonly maxBytes: number;
  /** The space of a key; a second call gives the same one. */
  space(key: SpaceKey): FeatureSpace;
  /** Bytes all spaces take on the disk. */
  size(): number;
  /** Closes a space for good and lets it be evicted. */
  release(space: FeatureSpace): void;
  close(): void;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The key of one example under one augmentation view; both by content. */
export const exampleKey = (contentHash: string, view: string): string => digest(`${contentHash}\n${view}`);

/** How much may be appended between two looks at the size of the store. */
const CHECK_EVERY = 64;

/**
 * Opens a folder of cached activations, which several processes may share.
 *
 * It never grows beyond `maxBytes` for long: the spaces that were opened longest ago go first, those
 * that are open in this process stay. A space another process still reads can be removed: its
 * open files keep their contents until they are closed.
 */
export function openFeatureStore(options: {
  readonly folder: string;
  readonly maxBytes: number;
}): FeatureStore {
  const { folder, maxBytes } = options;
  const open = new Map<string, FeatureSpace>();
  let appends = 0;
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new FeatureError(`cannot keep features in ${folder}: ${(cause as Error).message}`, { cause });
  }

  const evict = (): void => {
    const spaces = listSpaces(folder);
    let total = spaces.reduce((sum, { bytes }) => sum + bytes, 0);
    const idle = spaces.filter(({ name }) => !open.has(name)).sort((a, b) => a.usedAt - b.usedAt);
    for (const { name, bytes } of idle) {
      if (total <= maxBytes) return;
      rmSync(join(folder, name), { recursive: true, force: true });
      total -= bytes;
    }
    if (total > maxBytes) {
      throw new FeatureError(
        `the feature cache ${folder} is limited to ${gigabytes(maxBytes)} and this search needs more: ` +
          'raise --cache-size, or search fewer freeze depths',
      );
    }
  };

  return {
    folder,
    maxBytes,
    space: (key) => {
      const name = digest(JSON.stringify([key.model, key.cut, key.preprocessing, key.dims]));
      const known = open.get(name);
      if (known !== undefined) return known;
      const made = openSpace(join(folder, name), key.dims, () => {
        appends++;
        if (appends % CHECK_EVERY === 0) evict();
      });
      open.set(name, made);
      evict();
      return made;
    },
    size: () => listSpaces(folder).reduce((sum, { bytes }) => sum + bytes, 0),
    release: (space) => {
      space.close();
      for (const [name, other] of open) if (other === space) open.delete(name);
    },
    close: () => {
      for (const space of open.values()) space.close();
      open.clear();
    },
  };
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

interface SpaceOnDisk {
  readonly name: string;
  readonly bytes: number;
  readonly usedAt: number;
}

function listSpaces(folder: string): SpaceOnDisk[] {
  return readdirSync(folder).flatMap((name) => {
    try {
      const files = readdirSync(join(folder, name)).filter((file) => file.endsWith(SEGMENT_SUFFIX));
      const bytes = files.reduce((sum, file) => sum + statSync(join(folder, name, file)).size, 0);
      return [{ name, bytes, usedAt: statSync(join(folder, name)).mtimeMs }];
    } catch (error) {
      // Another process evicted it between two calls, or it is a file of somebody else's.
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      throw error;
    }
  });
}
