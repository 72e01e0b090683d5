import { rmSync } from 'node:fs';
import { afterAll, onTestFinished } from 'vitest';
import type { StorePlace } from '../open.js';
import { emptyStore, startPostgres, storeFolder, type TestPostgres } from './index.js';

export { hasPostgres } from './index.js';

export function temporaryFolder(prefix: string): string {
  const folder = storeFolder(prefix);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const embeddedPlace = (): StorePlace => emptyStore(temporaryFolder('store'));

let server: TestPostgres | null = null;
afterAll(() => server?.remove());

/** A database of its own for a test, on a PostgreSQL server of the test file. */
export function postgresPlace(): StorePlace {
  server ??= startPostgres();
  return { kind: 'server', url: server.newDatabase() };
}
