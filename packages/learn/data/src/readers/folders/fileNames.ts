import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Modality } from '@espalier/transfer';
import { isMediaPath } from '../files.js';
import { isLeftover } from './leftovers.js';

/** Files below a folder by their names, for tables that name them without their folder or ending. */
export interface FileNames {
  /** Absolute paths of the files of a modality that a cell may mean; its own path is not tried. */
  find(modality: Modality, cell: string): Promise<readonly string[]>;
}

/** Folders below one another that are looked into. */
const DEEPEST = 6;

/** The folder is looked through when the first name is asked for. */
export function fileNamesIn(root: string): FileNames {
  let index: Promise<ReadonlyMap<string, readonly string[]>> | null = null;
  return {
    find: async (modality, cell) => {
      index ??= indexOf(root);
      const name = basename(cell.replaceAll('\\', '/')).trim();
      const found = (await index).get(name) ?? [];
      return found.filter((path) => isMediaPath(modality, path));
    },
  };
}

async function indexOf(root: string): Promise<Map<string, string[]>> {
  const index = new Map<string, string[]>();
  const put = (name: string, path: string): void => {
    const paths = index.get(name);
    if (paths === undefined) index.set(name, [path]);
    else paths.push(path);
  };
  const look = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (isLeftover(entry.name)) continue;
      if (entry.isDirectory() && depth < DEEPEST) await look(path, depth + 1);
      if (!entry.isFile()) continue;
      put(entry.name, path);
      const stem = basename(entry.name, extname(entry.name));
      if (stem !== entry.name) put(stem, path);
    }
  };
  await look(root, 0);
  return index;
}
