import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blobs } from '@espalier/blobs';

/** Prefix of the keys of shared activations; the space and the segment follow. */
export const SHARED_PREFIX = 'features/';

const SEGMENT = '.features';
/** Lists the examples of a segment, 32 bytes each; it is stored last and so decides. */
const INDEX = '.keys';
const KEY_BYTES = 32;
const CANNOT_FIND = 'activations of other machines cannot be listed';
/** Of an index; two million examples. */
const MOST_INDEX_BYTES = 2 ** 26;

/** Operations on the activations of other machines, for the training process; see ActivationShare. */
export interface SharedActivations {
  readonly find: (space: string, keys: readonly string[]) => Promise<readonly string[]>;
  readonly fetch: (space: string, name: string, folder: string) => Promise<string | null>;
  readonly publish: (space: string, file: string, keys: readonly string[]) => Promise<void>;
}

export interface SharingOptions {
  /** Most that the segments of all spaces may take together; the oldest go first. */
  readonly bytes: number;
  /** Told of what does not work; activations are computed then. */
  readonly onFailure: (message: string) => void;
}

/** Shares activations through the blobs, as `features/<space>/<time>-<random>.features`. */
export function shareActivations(blobs: Blobs, { bytes, onFailure }: SharingOptions): SharedActivations {
  const orElse = <T>(what: string, fallback: T, run: () => Promise<T>): Promise<T> =>
    run().catch((error: Error) => {
      onFailure(`${what}: ${error.message}`);
      return fallback;
    });
  return {
    find: (space, keys) =>
      orElse(CANNOT_FIND, [], async () => {
        const wanted = new Set(keys);
        const told = ({ message }: Error): void => onFailure(`${CANNOT_FIND}: ${message}`);
        return choose(await readIndexes(blobs, space, wanted, told), wanted);
      }),
    fetch: (space, name, folder) =>
      orElse('activations of another machine cannot be fetched', null, async () => {
        await mkdir(folder, { recursive: true });
        const path = join(folder, `fetched-${randomBytes(8).toString('hex')}`);
        await blobs.fetchTo(keyOf(space, name, SEGMENT), path);
        return path;
      }),
    publish: (space, file, keys) =>
      orElse('activations cannot be shared with other machines', undefined, async () => {
        await publish(blobs, space, file, keys);
        await prune(blobs, bytes);
      }),
  };
}

const keyOf = (space: string, name: string, kind: string): string =>
  `${SHARED_PREFIX}${space}/${name}${kind}`;

/** Takes the segment with most of what is still missing, until nothing more can be had. */
function choose(indexes: ReadonlyMap<string, readonly string[]>, wanted: ReadonlySet<string>): string[] {
  const missing = new Set(wanted);
  let left = [...indexes];
  const found: string[] = [];
  for (;;) {
    left = left
      .map(([name, keys]) => [name, keys.filter((key) => missing.has(key))] as [string, string[]])
      .sort(([, a], [, b]) => b.length - a.length);
    const [name, keys = []] = left.shift() ?? [];
    if (name === undefined || keys.length === 0) return found;
    found.push(name);
    for (const key of keys) missing.delete(key);
  }
}

/** Lists the wanted examples in each segment of a space. */
async function readIndexes(
  blobs: Blobs,
  space: string,
  wanted: ReadonlySet<string>,
  onFailure: (error: Error) => void,
): Promise<Map<string, string[]>> {
  const indexes = new Map<string, string[]>();
  for await (const { key } of blobs.list(`${SHARED_PREFIX}${space}/`)) {
    if (!key.endsWith(INDEX)) continue;
    const name = key.slice(key.lastIndexOf('/') + 1, -INDEX.length);
    // One that another machine removes meanwhile, or that is damaged, is no reason to take none.
    const keys = await readIndex(blobs, key).catch((error: Error) => {
      onFailure(error);
      return [];
    });
    const useful = keys.filter((one) => wanted.has(one));
    indexes.set(name, useful);
  }
  return indexes;
}

async function readIndex(blobs: Blobs, key: string): Promise<string[]> {
  const bytes = Buffer.from(await blobs.read(key, { maxBytes: MOST_INDEX_BYTES }));
  return Array.from({ length: Math.floor(bytes.length / KEY_BYTES) }, (_, i) =>
    bytes.toString('hex', i * KEY_BYTES, (i + 1) * KEY_BYTES),
  );
}

async function publish(blobs: Blobs, space: string, file: string, keys: readonly string[]): Promise<void> {
  const name = `${Date.now()}-${randomBytes(8).toString('hex')}`;
  const contentType = 'application/octet-stream';
  await blobs.put(keyOf(space, name, SEGMENT), createReadStream(file), { contentType });
  await blobs.put(keyOf(space, name, INDEX), Buffer.from(keys.join(''), 'hex'), { contentType });
}

/** Removes the segments that were published longest ago until the rest fits. */
async function prune(blobs: Blobs, most: number): Promise<void> {
  const segments: { readonly key: string; readonly bytes: number; readonly at: number }[] = [];
  for await (const { key, bytes } of blobs.list(SHARED_PREFIX)) {
    const at = /\/(\d+)-[0-9a-f]+\.features$/.exec(key)?.[1];
    if (at !== undefined) segments.push({ key, bytes, at: Number(at) });
  }
  let total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { key, bytes } of segments.sort((a, b) => a.at - b.at)) {
    if (total <= most) return;
    await blobs.remove(`${key.slice(0, -SEGMENT.length)}${INDEX}`);
    await blobs.remove(key);
    total -= bytes;
  }
}
