import { readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { readMigrations } from '@espalier/store';
import { expect, it } from 'vitest';
import { scriptBetween } from './engine.js';

const read = (path: string): Promise<string> =>
  readFile(new URL(path, import.meta.resolve('@espalier/store/package.json')), 'utf8');

/** Everything a schema consists of, as text. */
async function catalogOf(scripts: readonly string[]): Promise<string[]> {
  const pglite = await PGlite.create();
  for (const script of scripts) await pglite.exec(script);
  const lines = async (query: string): Promise<string[]> =>
    (await pglite.query<{ line: string }>(query)).rows.map(({ line }) => line);
  const catalog = [
    ...(await lines(
      `SELECT concat_ws(' ', table_name, column_name, udt_name, datetime_precision, is_nullable, column_default) AS line
       FROM information_schema.columns WHERE table_schema = 'public'`,
    )),
    ...(await lines(`SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public'`)),
    ...(await lines(
      `SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace`,
    )),
    ...(await lines(
      `SELECT concat_ws(' ', typname, enumlabel) AS line FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid`,
    )),
  ];
  await pglite.close();
  return catalog.sort();
}

it('the migrations of the store end at its schema', async () => {
  const schema = await read('prisma/schema.prisma');
  const migrations = await readMigrations();
  const migrated = await catalogOf(migrations.map(({ script }) => script));
  expect(migrated.length).toBeGreaterThan(100);
  expect(migrated).toEqual(await catalogOf([await scriptBetween(null, schema)]));
  expect(await read('prisma/migrations/schema.prisma')).toBe(schema);
});

it('a change of a schema becomes a script', async () => {
  const before = 'datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n}\n';
  const script = await scriptBetween(before, before.replace('id Int @id', 'id Int @id\n  name String?'));
  expect(script).toContain('ALTER TABLE "A" ADD COLUMN     "name" TEXT;');
});
