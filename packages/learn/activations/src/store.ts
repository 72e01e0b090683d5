import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { privateFolder } from '@espalier/base/files';
import { ActivationError } from './errors.js';
import { evictSpaces } from './eviction.js';
import type { ActivationShare } from './share.js';
import { openSpace, type ActivationSpace } from './space.js';

/** Identity of a set of activations, apart from the example and its view. */
export interface SpaceKey {
  /** Names what computes them, by its content: equal texts stand for equal numbers, to the bit. */
  readonly computation: string;
  /** The preprocessing in a canonical text form. */
  readonly preprocessing: string;
  /** Shape of one example's activation. */
  readonly dims: readonly number[];
}

export interface ActivationStore {
  /** The cache folder; spaces lie in its sub-folder `features`. */
  readonly folder: string;
  readonly maxBytes: number;
  /** The space of a key; a second call gives the same one. */
  space(key: SpaceKey): ActivationSpace;
  /**
   * The space of a key where there is one already, to read what is in it; null where there is none. Unlike
   * one that {@link space} opened, it may be evicted, and then keeps what it has found.
   */
  peek(key: SpaceKey): ActivationSpace | null;
  close(): void;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const nameOf = ({ computation, preprocessing, dims }: SpaceKey): string =>
  digest(JSON.stringify([computation, preprocessing, dims]));

/** The key of one example under one augmentation view; both by content. */
export const exampleKey = (contentHash: string, view: string): string => digest(`${contentHash}\n${view}`);

/** Number of appends between two checks of the store's size. */
const CHECK_EVERY = 64;

/**
 * Opens a folder of cached activations, which several processes may share.
 *
 * It never grows beyond `maxBytes` for long: the spaces that were opened longest ago go first, those
 * that are open in this process stay. A space another process has open can be removed: that process
 * reads on what it has found there, for its open files keep their contents, and begins a new segment
 * for what it appends. Nothing but spaces is removed, whatever else lies in the folder.
 *
 * @throws ActivationError where the folder cannot be made
 */
export function openActivationStore(options: {
  readonly folder: string;
  readonly maxBytes: number;
  /** Exchange of activations with other machines; none by default. */
  readonly share?: ActivationShare;
}): ActivationStore {
  const { folder, maxBytes, share = null } = options;
  const spacesFolder = join(folder, 'features');
  const open = new Map<string, ActivationSpace>();
  const peeked = new Map<string, ActivationSpace>();
  let appends = 0;
  try {
    privateFolder(spacesFolder);
  } catch (cause) {
    throw new ActivationError(`cannot keep features in ${folder}: ${(cause as Error).message}`, { cause });
  }

  const evict = (): void => {
    if (evictSpaces(spacesFolder, maxBytes, new Set(open.keys()))) return;
    throw new ActivationError(
      `the feature cache ${folder} is limited to ${gigabytes(maxBytes)} and this search needs more: ` +
        'raise --cache-size, or search fewer freeze depths',
    );
  };

  const openAt = (name: string, { dims }: SpaceKey): ActivationSpace => {
    const onAppend = (): void => {
      appends++;
      if (appends % CHECK_EVERY === 0) evict();
    };
    return openSpace({ folder: join(spacesFolder, name), dims, onAppend, share });
  };

  return {
    folder,
    maxBytes,
    space: (key) => {
      const name = nameOf(key);
      const known = open.get(name);
      if (known !== undefined) return known;
      const made = openAt(name, key);
      open.set(name, made);
      evict();
      return made;
    },
    peek: (key) => {
      const name = nameOf(key);
      const known = open.get(name) ?? peeked.get(name);
      if (known !== undefined) return known;
      if (!existsSync(join(spacesFolder, name))) return null;
      const made = openAt(name, key);
      peeked.set(name, made);
      return made;
    },
    close: () => {
      for (const space of [...open.values(), ...peeked.values()]) space.close();
      open.clear();
      peeked.clear();
    },
  };
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;
