import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileModalities } from '../../modalities/allFacts.js';
import { isMediaPath } from '../files.js';
import { isLeftover } from './leftovers.js';
import { formatOf } from '../tables/tables.js';

/** Wrapping folders that are looked through: archives are unpacked into a folder, or two. */
const MOST_WRAPPERS = 2;

/** The folder inside of folders that hold nothing but it, where it has several folders or a table. */
export async function unwrap(folder: string): Promise<string> {
  let current = folder;
  for (let depth = 0; depth <= MOST_WRAPPERS; depth++) {
    const { folders, media, tables } = await contentsOf(current);
    if (folders.length > 1 || tables > 0) return current;
    const [only] = folders;
    // Files without class folders are one class, and so is the folder around them.
    if (only === undefined || media > 0) return folder;
    current = join(current, only);
  }
  return folder;
}

interface Contents {
  readonly folders: readonly string[];
  readonly media: number;
  readonly tables: number;
}

async function contentsOf(folder: string): Promise<Contents> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !isLeftover(name));
  const tables = entries.filter(({ name }) => formatOf(name) !== undefined).length;
  const media = entries.filter(({ name }) =>
    fileModalities.some((modality) => isMediaPath(modality, name)),
  ).length;
  return {
    folders: entries.filter((entry) => entry.isDirectory()).map(({ name }) => name),
    media,
    tables,
  };
}
