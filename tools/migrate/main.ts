import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@espalier/base/files';
import { scriptBetween } from './engine.js';

/**
 * Writes a migration of the store from its last schema to the present one.
 * Usage: node tools/dist/migrate/main.js NAME
 *
 * Prisma's own `migrate dev` does the same where its schema engine can be fetched and a server is there.
 */
const [name] = parseArgs({ allowPositionals: true }).positionals;
if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
  throw new Error('give the migration a name of small letters, digits and _');
}
const store = fileURLToPath(new URL('.', import.meta.resolve('@espalier/store/package.json')));
const schema = await readFile(join(store, 'prisma/schema.prisma'), 'utf8');
const snapshot = join(store, 'prisma/migrations/schema.prisma');
const before = await readFile(snapshot, 'utf8').catch(() => null);
const script = await scriptBetween(before, schema);
const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const folder = join(store, 'prisma/migrations', `${time}_${name}`);
await mkdir(folder, { recursive: true });
await writeFileAtomic(join(folder, 'migration.sql'), script);
await writeFileAtomic(
  join(store, 'prisma/migrations/migration_lock.toml'),
  '# Which database the migrations are for.\nprovider = "postgresql"\n',
);
await writeFileAtomic(snapshot, schema);
console.log(`${folder}: ${script.split(';').length - 1} statements; read it before you commit it`);
