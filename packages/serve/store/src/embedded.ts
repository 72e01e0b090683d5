import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { closeToOthers, lockFolder, privateFolder } from '@espalier/base/files';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import type { Database, Row } from './database.js';
import { StoreError } from './errors.js';
import { PrismaClient } from './generated/client.js';

/**
 * PostgreSQL in WebAssembly, in a folder. One process has it at a time.
 *
 * @throws LockedError naming the process that has it
 * @throws StoreError where the folder holds something else, or a database that cannot be read
 */
export async function openEmbedded(folder: string): Promise<Database> {
  const root = resolve(folder);
  const unlock = await locked(root);
  try {
    return await open(root, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** @throws StoreError where the folder cannot be written */
async function locked(root: string): Promise<() => Promise<void>> {
  try {
    privateFolder(root);
    return await lockFolder(root, 'store');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === undefined ? undefined : unwritable[code];
    if (why === undefined) throw cause;
    throw new StoreError(`the store in ${root} cannot be written: ${why}`, { cause });
  }
}

const right =
  'permission is denied; give this user access to it, or choose another folder with ESPALIER_STORE';
const unwritable: Readonly<Record<string, string>> = {
  EACCES: right,
  EPERM: right,
  EROFS: 'its file system is read-only; choose another folder with ESPALIER_STORE',
  ENOSPC: 'the disk is full; free some space, or choose another folder with ESPALIER_STORE',
  EDQUOT: 'the disk quota is used up; free some space, or choose another folder with ESPALIER_STORE',
  ENOTDIR: 'a part of the path is a file; choose another folder with ESPALIER_STORE',
  EEXIST: 'the path is a file; choose another folder with ESPALIER_STORE',
  EMFILE: 'too many files are open; raise the limit with ulimit -n',
};

async function open(root: string, unlock: () => Promise<void>): Promise<Database> {
  const data = join(root, 'postgres');
  privateFolder(data);
  const pglite = await PGlite.create({ dataDir: data }).catch((cause: unknown) => {
    throw new StoreError(
      `the database in ${data} cannot be opened (${String((cause as Error).message ?? cause).split('\n')[0]}); ` +
        'restore the folder from a backup, or move it away to start with an empty store',
      { cause },
    );
  });
  // It makes its files as if all were to write to them.
  closeToOthers(data);
  const client = new PrismaClient({ adapter: new PrismaPGlite(pglite) });
  return {
    client,
    query: async (text, values = []) => (await pglite.query<Row>(text, [...values])).rows,
    exec: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [],
    listen: async (channel, hear) => {
      const stop = await pglite.listen(channel, hear);
      return () => stop();
    },
    close: async () => {
      await client.$disconnect();
      if (!pglite.closed) await pglite.close();
      closeToOthers(data);
      await unlock();
    },
  };
}
