import { createWriteStream, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { openBlobs, type Blobs } from '@espalier/blobs';
import { openStore, type Database } from '@espalier/store';
import { emptyStore, storeFolder } from '@espalier/store/testing';
import { onTestFinished } from 'vitest';
import yazl from 'yazl';

export function temporaryFolder(): string {
  const folder = storeFolder('datasets');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const folderBlobs = (folder: string): Blobs => openBlobs({ kind: 'folder', folder });

export interface Fixture {
  readonly database: Database;
  readonly projectId: string;
  readonly organizationId: string;
  readonly close: () => Promise<void>;
}

export async function openFixture(): Promise<Fixture> {
  const folder = storeFolder('datasets');
  const database = await openStore(emptyStore(folder));
  const { id: organizationId } = await database.client.organization.create({
    data: { name: 'A', slug: 'a' },
  });
  const { id: projectId } = await database.client.project.create({
    data: { organizationId, name: 'P', slug: 'p' },
  });
  return {
    database,
    projectId,
    organizationId,
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes a zip; what the writer would refuse goes in under a name of the same length, which is replaced. */
export async function writeZip(
  path: string,
  files: readonly { readonly name: string; readonly content: string | Uint8Array; readonly mode?: number }[],
): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const { name, content, mode } of files) {
    zip.addBuffer(Buffer.from(content), name, { ...(mode !== undefined && { mode }) });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}
