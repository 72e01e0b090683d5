import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { unlessGone } from './errors.js';
import { SEGMENT_SUFFIX } from './segment.js';

/** A folder that is a space beyond doubt: anything else in the cache folder is not ours to remove. */
interface SpaceOnDisk {
  readonly name: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly usedAt: number;
}

const SPACE_NAME = /^[0-9a-f]{64}$/;

/**
 * Removes the spaces that were opened longest ago until the rest fits.
 *
 * @param open names of the spaces that have to stay
 * @returns whether what is left fits
 */
export function evictSpaces(folder: string, maxBytes: number, open: ReadonlySet<string>): boolean {
  const spaces = listSpaces(folder);
  let total = spaces.reduce((sum, { bytes }) => sum + bytes, 0);
  const idle = spaces.filter(({ name }) => !open.has(name)).sort((a, b) => a.usedAt - b.usedAt);
  for (const space of idle) {
    if (total <= maxBytes) return true;
    removeSpace(folder, space);
    total -= space.bytes;
  }
  return total <= maxBytes;
}

const listSpaces = (folder: string): SpaceOnDisk[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && SPACE_NAME.test(entry.name))
    .flatMap(({ name }) => unlessGone(() => spaceAt(folder, name)) ?? []);

function spaceAt(folder: string, name: string): SpaceOnDisk | null {
  const path = join(folder, name);
  const entries = readdirSync(path, { withFileTypes: true });
  if (!entries.every((entry) => entry.isFile() && entry.name.endsWith(SEGMENT_SUFFIX))) return null;
  const files = entries.map((entry) => join(path, entry.name));
  const bytes = files.reduce((sum, file) => sum + lstatSync(file).size, 0);
  return { name, files, bytes, usedAt: lstatSync(path).mtimeMs };
}

function removeSpace(folder: string, { name, files }: SpaceOnDisk): void {
  for (const file of files) unlessGone(() => unlinkSync(file));
  try {
    unlessGone(() => rmdirSync(join(folder, name)));
  } catch (error) {
    // Another process has begun a new segment meanwhile.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
