import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Item, Source } from '../item.js';

/** Files below a folder whose own folders are their classes. */
export async function filesByFolder(root: string): Promise<Item[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return paths
    .filter((path) => /\.(jpe?g|png|wav)$/i.test(path))
    .sort()
    .map((path) => {
      const label = basename(dirname(path));
      return { name: `${label}_${basename(path)}`, label, content: { kind: 'file', path } };
    });
}

export const dogsAndCats: Source = ({ shared }) => filesByFolder(join(shared, 'data/dogs_vs_cats'));

/** Spoken digits; the files are called `digit_speaker_index.wav`. */
export const spokenDigits: Source = async ({ shared }) => {
  const items = await filesByFolder(join(shared, 'data/fsdd'));
  return items.map((item) => ({ ...item, group: item.name.split('_')[2] as string }));
};

/** The same recordings, by who speaks. */
export const speakers: Source = async (place) => {
  const items = await spokenDigits(place);
  return items.map(({ name, group, content }) => ({ name, label: group as string, content }));
};

/** An archive of class folders, unpacked once. */
const archive =
  (name: string): Source =>
  async ({ shared, scratch }) => {
    const folder = join(scratch, name);
    if (!existsSync(folder)) {
      await mkdir(folder, { recursive: true });
      await promisify(execFile)('tar', ['xzf', join(shared, `data/${name}.tar.gz`), '-C', folder]);
    }
    return filesByFolder(folder);
  };

export const mnist = archive('mnist_t10k');
export const usps = archive('usps');
