import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BackboneError } from '@espalier/transfer';
import { standingOf, type Repository } from './repository.js';

/** Whether a folder is laid out as a model of the hub is: what `save_pretrained` and optimum write. */
export const isModelFolder = (path: string): boolean =>
  existsSync(join(path, 'config.json')) &&
  ['tokenizer.json', 'preprocessor_config.json'].some((name) => existsSync(join(path, name)));

/** A folder on this machine as a repository; nothing is fetched. */
export async function openFolder(path: string): Promise<Repository> {
  const folder = resolve(path);
  if (!(await stat(folder).catch(() => null))?.isDirectory()) {
    throw new BackboneError(`the folder ${folder} does not contain a model; check the path`);
  }
  const names = await readdir(folder, { recursive: true });
  return {
    name: basename(folder),
    commit: null,
    paths: names.map((name) => name.split('\\').join('/')).sort(),
    has: (name) => Promise.resolve(existsSync(join(folder, name))),
    fetch: (name) => Promise.resolve(join(folder, name)),
    sha256: () => undefined,
    standing: (name) => standingOf(join(folder, name)),
  };
}
