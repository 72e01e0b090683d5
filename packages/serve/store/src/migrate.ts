import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Database } from './database.js';
import { StoreError } from './errors.js';

/** A change of the schema, as Prisma lays it out: a folder with a script. */
export interface Migration {
  readonly name: string;
  readonly script: string;
  /** SHA-256 of the script, as Prisma records it. */
  readonly checksum: string;
}

/** The same from the sources and from dist/. */
const folder = new URL('prisma/migrations/', import.meta.resolve('@espalier/store/package.json'));

/** All migrations, in their order. */
export async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(fileURLToPath(folder), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const script = await readFile(new URL(`${name}/migration.sql`, folder), 'utf8');
      return { name, script, checksum: createHash('sha256').update(script).digest('hex') };
    }),
  );
}

/** The key of Prisma's own lock, so that `prisma migrate deploy` and this wait for each other. */
const PRISMA_LOCK = 72_707_369;

/** Prisma's own table of what was applied. */
const HISTORY = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
);`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Applies a migration if nobody has, and records it; all of it or nothing. */
const step = ({ name, script, checksum }: Migration): string => `BEGIN;
SELECT pg_advisory_xact_lock(${PRISMA_LOCK});
${HISTORY}
DO $espalier$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM "_prisma_migrations" WHERE "migration_name" = ${quoted(name)} AND "rolled_back_at" IS NULL) THEN
    EXECUTE ${quoted(script)};
    INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "applied_steps_count")
    VALUES (${quoted(randomUUID())}, ${quoted(checksum)}, now(), ${quoted(name)}, 1);
  END IF;
END $espalier$;
COMMIT;`;

/**
 * Brings the database to the newest schema; several processes may try at once.
 *
 * @throws StoreError where it was made by a newer version, or a migration was changed after it was applied
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) {
    try {
      await database.exec(step(migration));
    } catch (cause) {
      await database.exec('ROLLBACK').catch(() => undefined);
      throw new StoreError(
        `migration ${migration.name} cannot be applied (${(cause as Error).message}); the database is unchanged`,
        { cause },
      );
    }
  }
  await requireSame(database, migrations);
}

async function requireSame(database: Database, migrations: readonly Migration[]): Promise<void> {
  const rows = await database.query(
    'SELECT "migration_name", "checksum", "finished_at" FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL ORDER BY "started_at"',
  );
  for (const row of rows) {
    if (row['finished_at'] === null) {
      throw new StoreError(
        `the migration ${row['migration_name']} failed halfway; repair the database, then run: prisma migrate resolve`,
      );
    }
    const known = migrations.find(({ name }) => name === row['migration_name']);
    if (known === undefined) {
      throw new StoreError(
        `the database has the migration ${row['migration_name']}, which this version of Espalier does not know; use a newer version`,
      );
    }
    if (known.checksum !== row['checksum']) {
      throw new StoreError(
        `the migration ${known.name} was changed after it was applied to the database; restore its script`,
      );
    }
  }
}
