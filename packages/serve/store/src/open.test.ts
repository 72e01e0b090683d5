import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LockedError } from '@espalier/base/files';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from './database.js';
import { migrate, openStore, readMigrations, storePlace, StoreError, type StorePlace } from './index.js';
import { embeddedPlace, hasPostgres, postgresPlace, temporaryFolder } from './testing/fixtures.js';

async function opened(place: StorePlace): Promise<Database> {
  const database = await openStore(place);
  onTestFinished(() => database.close());
  return database;
}

const places: [string, () => StorePlace][] = [
  ['embedded', embeddedPlace],
  ['on a PostgreSQL server', postgresPlace],
];

describe.each(places)('a store %s', (kind, makePlace) => {
  const here = it.skipIf(kind !== 'embedded' && !hasPostgres);

  here('has the schema, and keeps what is written for the next who opens it', async () => {
    const place = makePlace();
    const first = await openStore(place);
    const { id } = await first.client.organization.create({ data: { name: 'A team', slug: 'team' } });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    await first.close();
    const second = await opened(place);
    expect(await second.client.organization.findMany()).toMatchObject([{ id, slug: 'team' }]);
    const rows = await second.query('SELECT slug FROM organization WHERE id = $1', [id]);
    expect(rows).toEqual([{ slug: 'team' }]);
  });

  here('of the version before has links that go on working, and that it no longer holds', async () => {
    const place = makePlace();
    const database = await opened(place);
    const migrations = await readMigrations();
    const at = migrations.findIndex(({ name }) => name.endsWith('_hashed_tokens'));
    await database.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public;');
    await migrate(database, migrations.slice(0, at));
    const token = '0b5bd3a2-3c52-4a52-8bd3-2d4a3c524a52';
    await database.exec(`
      INSERT INTO "user" ("id", "name", "email", "emailVerified") VALUES ('u', 'Ada', 'ada@example.org', false);
      INSERT INTO "organization" ("id", "name", "slug") VALUES ('o', 'Lab', 'lab');
      INSERT INTO "invitation" ("id", "organizationId", "email", "inviterId", "expiresAt")
        VALUES ('${token}', 'o', 'bob@example.org', 'u', now());
      INSERT INTO "audit_entry" ("id", "organizationId", "action", "target", "data")
        VALUES ('a', 'o', 'members.invite', '${token}', '{}'), ('b', 'o', 'members.cancelInvitation', '${token}', '{"id":"${token}"}');
      INSERT INTO "verification" ("id", "identifier", "value", "expiresAt")
        VALUES ('v', 'reset-password:abc', 'u', now()), ('w', 'state', 'other', now());`);
    await migrate(database, migrations);
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    const [invitation] = await database.query('SELECT * FROM "invitation"');
    expect(invitation).toMatchObject({ tokenHash: sha256(token), email: 'bob@example.org' });
    const entries = await database.query('SELECT "target", "data" FROM "audit_entry" ORDER BY "id"');
    const { id } = invitation as { readonly id: string };
    expect(entries).toMatchObject([{ target: id }, { target: id, data: { id } }]);
    const kept = await database.query('SELECT "identifier" FROM "verification" ORDER BY "id"');
    expect(kept).toEqual([
      { identifier: `reset-hash:${sha256('reset-password:abc')}` },
      { identifier: 'state' },
    ]);
    expect(JSON.stringify([invitation, entries])).not.toContain(token);
  });

  here('of the version before says that a backbone is being inspected, in that word', async () => {
    const database = await opened(makePlace());
    const migrations = await readMigrations();
    const at = migrations.findIndex(({ name }) => name.endsWith('_inspecting'));
    await database.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public;');
    await migrate(database, migrations.slice(0, at));
    await database.exec(`
      INSERT INTO "organization" ("id", "name", "slug") VALUES ('o', 'Lab', 'lab');
      INSERT INTO "project" ("id", "organizationId", "name", "slug") VALUES ('p', 'o', 'Leaves', 'leaves');
      INSERT INTO "added_backbone" ("id", "projectId", "name", "source", "location", "state")
        VALUES ('a', 'p', 'one', 'hub', 'hf:team/one', 'looking'), ('b', 'p', 'two', 'hub', 'hf:team/two', 'ready');`);
    await migrate(database, migrations);
    const { addedBackbone } = database.client;
    const states = await addedBackbone.findMany({ select: { state: true }, orderBy: { id: 'asc' } });
    expect(states).toEqual([{ state: 'inspecting' }, { state: 'ready' }]);
    await addedBackbone.create({
      data: { projectId: 'p', name: 'new', source: 'hub', location: 'hf:team/new' },
    });
    expect(await addedBackbone.count({ where: { state: 'inspecting' } })).toBe(2);
  });

  here('of version 1 has trials with a role and values, and epochs with metrics', async () => {
    const database = await opened(makePlace());
    const migrations = await readMigrations();
    const at = migrations.findIndex(({ name }) => name.endsWith('_dimensions'));
    await database.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public;');
    await migrate(database, migrations.slice(0, at));
    await database.exec(`
      INSERT INTO "organization" ("id", "name", "slug") VALUES ('o', 'Lab', 'lab');
      INSERT INTO "project" ("id", "organizationId", "name", "slug") VALUES ('p', 'o', 'Pets', 'pets');
      INSERT INTO "study" ("id", "projectId", "name", "settings") VALUES ('s', 'p', 'Pets', '{}');
      INSERT INTO "trial" ("id", "studyId", "number", "backbone", "freezeDepth", "learningRate", "layerDecay",
          "weightDecay", "augmentation", "bestEpoch", "bestAccuracy", "bestLoss") VALUES
        ('t', 's', 3, 'net', 2, 0.003, 0.85, 0.05, 'flip', 1, 0.9, 0.2),
        ('u', 's', -2, 'net', 0, 0.001, 1, 0.05, 'flip', NULL, NULL, NULL);
      INSERT INTO "metric" ("trialId", "epoch", "trainLoss", "validationLoss", "validationAccuracy", "learningRate", "seconds")
        VALUES ('t', 1, 1, 0.2, 0.9, 0.003, 1);
      INSERT INTO "task" ("id", "studyId", "trialId", "kind") VALUES ('a', 's', 't', 'trial'), ('b', 's', 'u', 'twin');`);
    await migrate(database, migrations);
    const { trial, metric, task, study } = database.client;
    expect(await trial.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
      {
        ...{ role: 'searched', number: 3, bestGain: 0.9, bestEpoch: 1 },
        values: {
          freezeDepth: 2,
          learningRate: 0.003,
          layerDecay: 0.85,
          weightDecay: 0.05,
          augmentation: 'flip',
        },
      },
      { role: 'baseline', number: 1, bestGain: null, values: { freezeDepth: 0, learningRate: 0.001 } },
    ]);
    expect(await metric.findMany()).toMatchObject([{ metrics: { accuracy: 0.9 }, validationLoss: 0.2 }]);
    expect((await task.findMany()).map(({ kind }) => kind)).toEqual(['trial', 'trial']);
    expect(await study.findMany()).toMatchObject([
      { objective: { name: 'accuracy', direction: 'maximise' } },
    ]);
  });

  here('undoes a transaction that fails', async () => {
    const { client } = await opened(makePlace());
    const failing = client.$transaction(async (tx) => {
      await tx.organization.create({ data: { name: 'A', slug: 'a' } });
      await tx.organization.create({ data: { name: 'B', slug: 'a' } });
    });
    await expect(failing).rejects.toThrow(/unique/i);
    expect(await client.organization.count()).toBe(0);
  });

  here('keeps a migration whole or not at all, and applies it once', async () => {
    const database = await opened(makePlace());
    const [init] = await readMigrations();
    const broken = {
      name: '99990101000000_broken',
      script: 'CREATE TABLE "half" (id INT); SELECT 1/0;',
      checksum: 'x',
    };
    await expect(migrate(database, [init as typeof broken, broken])).rejects.toThrow(
      /migration 99990101000000_broken cannot be applied \(division by zero\); the database is unchanged/,
    );
    const tables = await database.query(
      `SELECT count(*)::int AS n FROM information_schema.tables WHERE table_name = 'half'`,
    );
    expect(tables).toEqual([{ n: 0 }]);
    const applied = await database.query('SELECT count(*)::int AS n FROM "_prisma_migrations"');
    expect(applied).toEqual([{ n: (await readMigrations()).length }]);
  });

  here('applies again what was rolled back, and stops at what failed half-way', async () => {
    const database = await opened(makePlace());
    const migrations = await readMigrations();
    const more = { name: '99990101000000_more', script: 'CREATE TABLE "more" (id INT);', checksum: 'x' };
    await migrate(database, [...migrations, more]);
    await database.exec(
      `DROP TABLE "more"; UPDATE "_prisma_migrations" SET "rolled_back_at" = now() WHERE "checksum" = 'x';`,
    );
    await migrate(database, [...migrations, more]);
    expect(await database.query('SELECT count(*)::int AS n FROM "more"')).toEqual([{ n: 0 }]);
    await database.exec(
      `UPDATE "_prisma_migrations" SET "finished_at" = NULL WHERE "rolled_back_at" IS NULL AND "checksum" = 'x';`,
    );
    await expect(migrate(database, [...migrations, more])).rejects.toThrow(
      /failed halfway; .* prisma migrate resolve/,
    );
  });

  here('is refused where it is of a newer version, or its history was changed', async () => {
    const database = await opened(makePlace());
    const migrations = await readMigrations();
    const changed = migrations.map((one) => ({ ...one, checksum: '0'.repeat(64) }));
    await expect(migrate(database, changed)).rejects.toThrow(/was changed after it was applied/);
    await expect(migrate(database, [])).rejects.toThrow(/does not know; use a newer version/);
  });
});

describe('notices', () => {
  it.skipIf(!hasPostgres)('are heard once each, also after the connection was cut', async () => {
    const database = await opened(postgresPlace());
    const heard: string[] = [];
    await database.listen('espalier_test', (payload) => heard.push(payload));
    for (let round = 0; round < 3; round++) {
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`,
      );
      const told = `notice ${round}`;
      await expect
        .poll(
          async () => {
            if (!heard.includes(told))
              await database.query('SELECT pg_notify($1, $2)', ['espalier_test', told]);
            return heard.includes(told);
          },
          { timeout: 300_000, interval: 300 },
        )
        .toBe(true);
    }
    const before = heard.length;
    await database.query('SELECT pg_notify($1, $2)', ['espalier_test', 'the last']);
    await expect.poll(() => heard.length, { timeout: 300_000 }).toBe(before + 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard.filter((one) => one === 'the last')).toEqual(['the last']);
  });
});

describe('a store on a server', () => {
  it.skipIf(!hasPostgres)(
    'is brought to the newest schema once by several who open it at a time',
    async () => {
      const place = postgresPlace();
      const all = await Promise.all(Array.from({ length: 4 }, () => opened(place)));
      const applied = await (all[0] as Database).query('SELECT count(*)::int AS n FROM "_prisma_migrations"');
      expect(applied).toEqual([{ n: (await readMigrations()).length }]);
    },
  );

  it('that cannot be reached is named without its password', async () => {
    const url = 'postgresql://someone:secret@127.0.0.1:9/espalier';
    const error = await openStore({ kind: 'server', url }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as Error).message).toMatch(
      /postgresql:\/\/someone@127\.0\.0\.1:9\/espalier cannot be used/,
    );
    expect((error as Error).message).not.toContain('secret');
  });

  it('that is none is said to be none', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 no\r\n\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    await expect(openStore({ kind: 'server', url: `postgresql://a@127.0.0.1:${port}/a` })).rejects.toThrow(
      /cannot be used .* check DATABASE_URL/,
    );
    await expect(openStore({ kind: 'server', url: 'nowhere' })).rejects.toThrow(StoreError);
  });
});

describe('an embedded store', () => {
  it('has one owner at a time, who is named', async () => {
    const place = embeddedPlace();
    const database = await openStore(place);
    await expect(openStore(place)).rejects.toThrow(LockedError);
    await expect(openStore(place)).rejects.toThrow(
      new RegExp(`process ${process.pid} is using the store in`),
    );
    await database.close();
    await (await openStore(place)).close();
  });

  it('is refused where its folder holds something else, and left as it was', async () => {
    const folder = temporaryFolder('store');
    await mkdir(join(folder, 'postgres'));
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '9.6\n');
    await expect(openStore({ kind: 'folder', folder })).rejects.toThrow(
      /the database in .*postgres cannot be opened .* move it away to start with an empty store/,
    );
    expect((await readdir(folder)).sort()).toEqual(['postgres']);
  });

  it('loses nothing that was acknowledged when its process is killed', async () => {
    const folder = temporaryFolder('store');
    for (let round = 0; round < 3; round++) {
      const acknowledged = await writeAndKill(folder, 10 + 17 * round);
      const database = await openStore({ kind: 'folder', folder });
      const rows = await database.client.organization.findMany({ select: { slug: true } });
      await database.close();
      const slugs = new Set(rows.map(({ slug }) => slug));
      expect(acknowledged.filter((slug) => !slugs.has(slug))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(0);
    }
  });
});

/** Lets another process write rows and kills it after some; gives those it said were written. */
async function writeAndKill(folder: string, after: number): Promise<string[]> {
  const script = fileURLToPath(new URL('../dist/testing/writer.js', import.meta.url));
  const child = spawn(process.execPath, [script, folder]);
  const acknowledged: string[] = [];
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === after) child.kill('SIGKILL');
  }
  if (acknowledged.length === 0) throw new Error(complaint);
  return acknowledged;
}

it('the place of a store comes from the environment', () => {
  expect(storePlace({ DATABASE_URL: 'postgresql://a' })).toEqual({ kind: 'server', url: 'postgresql://a' });
  expect(storePlace({ ESPALIER_STORE: '/here' })).toEqual({ kind: 'folder', folder: '/here' });
  expect(storePlace({ XDG_DATA_HOME: '/data' })).toEqual({
    kind: 'folder',
    folder: join('/data', 'espalier', 'store'),
  });
});

/** Paths that others may use. */
const openTo = (folder: string): string[] =>
  ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].filter(
    (name) => (statSync(join(folder, name)).mode & 0o077) !== 0,
  );

it('a folder is its owner’s alone, whatever the umask, and is closed where it was open', async () => {
  const before = process.umask(0o022);
  onTestFinished(() => void process.umask(before));
  const folder = join(temporaryFolder('modes'), 'store');
  await (await openStore({ kind: 'folder', folder })).close();
  expect(openTo(folder)).toEqual([]);
  // As versions before made it.
  for (const name of ['', 'postgres', 'postgres/base']) chmodSync(join(folder, name), 0o755);
  chmodSync(join(folder, 'postgres', 'PG_VERSION'), 0o666);
  await writeFile(join(folder, 'studies.list'), '');
  expect(openTo(folder)).toHaveLength(5);
  const again = await openStore({ kind: 'folder', folder });
  expect(openTo(folder)).toEqual([]);
  await again.close();
});
