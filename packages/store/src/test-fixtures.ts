import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StorePlace } from './open.js';
import { startPostgres } from './testing.js';

export { hasPostgres } from './testing.js';

export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), `espalier-${prefix}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const embeddedPlace = (): StorePlace => ({ kind: 'folder', folder: temporaryFolder('store') });

/** A PostgreSQL server of its own for a test. */
export function postgresPlace(): StorePlace {
  const server = startPostgres();
  onTestFinished(() => server.remove());
  return { kind: 'server', url: server.url };
}
