import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database.js';
import { openEmbedded } from './embedded.js';
import { migrate, readMigrations } from './migrate.js';
import { openServer } from './server.js';

/** Location of a store. */
export type StorePlace =
  { readonly kind: 'folder'; readonly folder: string } | { readonly kind: 'server'; readonly url: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder that the environment names, ESPALIER_STORE, else one of the user's. */
export function storeFolder(env: Environment = process.env): string {
  const data = env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
  return env['ESPALIER_STORE'] || join(data, 'espalier', 'store');
}

/** The place that the environment names: DATABASE_URL, else the folder ESPALIER_STORE, else one of the user's. */
export function storePlace(env: Environment = process.env): StorePlace {
  const url = env['DATABASE_URL'];
  return url ? { kind: 'server', url } : { kind: 'folder', folder: storeFolder(env) };
}

/**
 * Opens a store, with the newest schema.
 *
 * @throws LockedError where another process has the folder; StoreError where it cannot be used
 */
export async function openStore(place: StorePlace): Promise<Database> {
  const database = await (place.kind === 'server' ? openServer(place.url) : openEmbedded(place.folder));
  try {
    await migrate(database, await readMigrations());
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
