import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StorePlace } from './open.js';

const root = new URL('./', import.meta.resolve('@espalier/store/package.json'));
const templates = fileURLToPath(new URL('../../../node_modules/.cache/espalier-stores/', root));

/** Path of the template of the newest schema; other migrations and other PGlite versions have other templates. */
function templateFolder(): string {
  const hash = createHash('sha256');
  hash.update(readFileSync(new URL('../package.json', import.meta.resolve('@electric-sql/pglite'))));
  const migrations = fileURLToPath(new URL('prisma/migrations/', root));
  for (const name of readdirSync(migrations).toSorted()) {
    const script = join(migrations, name, 'migration.sql');
    if (existsSync(script)) hash.update(name).update(readFileSync(script));
  }
  return join(templates, hash.digest('hex'));
}

/** Makes the store that {@link emptyStore} copies, unless it is there: once for all tests. */
export async function makeTemplate(): Promise<void> {
  const folder = templateFolder();
  if (existsSync(folder)) return;
  mkdirSync(templates, { recursive: true });
  const old = readdirSync(templates);
  const made = mkdtempSync(join(templates, 'new-'));
  const { openStore } = await import('./open.js');
  await (await openStore({ kind: 'folder', folder: made })).close();
  try {
    renameSync(made, folder);
  } catch (error) {
    // Another run has made it meanwhile.
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true });
  }
  for (const name of old) rmSync(join(templates, name), { recursive: true, force: true });
}

/**
 * The place of an empty store in a folder that is new: a copy of the template, which opens in a fifth of the
 * time that PostgreSQL needs to make one, and is the same. Without a template the store is made when it is opened.
 */
export function emptyStore(folder: string): StorePlace {
  const template = templateFolder();
  if (existsSync(template)) cpSync(template, folder, { recursive: true });
  return { kind: 'folder', folder };
}
