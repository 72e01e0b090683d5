import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { appendLineDurable, privateFolder } from '@espalier/base/files';
import { journalPath } from '@espalier/study/folder';
import { existsSync } from 'node:fs';
import type { Database } from '../database.js';
import { openStore, type StorePlace } from '../open.js';
import { syncJournal, type SyncResult } from './sync.js';

/** The project of studies that a person runs on a machine, without a server. */
const LOCAL = { slug: 'local', name: 'This machine' } as const;

export async function localProject({ client }: Database): Promise<string> {
  const { slug, name } = LOCAL;
  const organization = await client.organization.upsert({
    where: { slug },
    create: { slug, name },
    update: {},
  });
  const organizationId = organization.id;
  const project = await client.project.upsert({
    where: { organizationId_slug: { organizationId, slug } },
    create: { organizationId, slug, name },
    update: {},
  });
  return project.id;
}

const listPath = (store: string): string => join(store, 'studies.list');

/**
 * Makes a study of this machine known to a store. One in a folder has a single owner, such as a server
 * that runs: who is not the owner leaves the study's folder in a list, which the owner reads.
 */
export async function trackStudy(place: StorePlace, folder: string): Promise<void> {
  if (place.kind === 'folder') {
    privateFolder(place.folder);
    return appendLineDurable(listPath(place.folder), resolve(folder), { private: true });
  }
  const database = await openStore(place);
  try {
    await syncJournal(database, folder, await localProject(database));
  } finally {
    await database.close();
  }
}

/** The folders that were left in a store's list and still hold a study, each once. */
export async function trackedStudies(store: string): Promise<string[]> {
  const text = await readFile(listPath(store), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const folders = new Set(whole.split('\n').filter((line) => line !== ''));
  return [...folders].filter((folder) => existsSync(journalPath(folder)));
}

export interface SyncFailure {
  readonly folder: string;
  readonly reason: string;
}

/**
 * Brings all tracked studies into an open store.
 *
 * @returns what is known of each, and the ones whose journal cannot be read, with the reason
 */
export async function syncTracked(
  database: Database,
  store: string,
): Promise<{ readonly synced: readonly SyncResult[]; readonly unsynced: readonly SyncFailure[] }> {
  const projectId = await localProject(database);
  const synced: SyncResult[] = [];
  const unsynced: SyncFailure[] = [];
  for (const folder of await trackedStudies(store)) {
    try {
      synced.push(await syncJournal(database, folder, projectId));
    } catch (error) {
      unsynced.push({ folder, reason: (error as Error).message });
    }
  }
  return { synced, unsynced };
}
