import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBlobs } from '@espalier/blobs';
import { localProject, openStore, type StorePlace } from '@espalier/store';
import { hasPostgres, startPostgres } from '@espalier/store/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

const script = (name: string): string => fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-operations-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Installation {
  readonly place: StorePlace;
  readonly blobs: string;
  readonly store: string;
}

/** As a person runs it, with the environment of an installation. */
function run(name: string, backup: string, { place, blobs, store }: Installation) {
  const { PATH = '', HOME = '' } = process.env;
  const url = place.kind === 'server' ? { DATABASE_URL: place.url } : {};
  const env = {
    NODE_ENV: 'test',
    PATH,
    HOME,
    ESPALIER_STORE: store,
    ESPALIER_BLOBS: `file://${blobs}`,
    ...url,
  };
  return spawnSync(script(name), [backup], { env, encoding: 'utf8' });
}

const KEY = 'studies/s/results/model.onnx';
const content = new TextEncoder().encode('a model');

async function fill({ place, blobs, store }: Installation): Promise<string> {
  const database = await openStore(place);
  const projectId = await localProject(database);
  const { id } = await database.client.study.create({ data: { projectId, name: 'Pets', settings: {} } });
  await openBlobs({ kind: 'folder', folder: blobs }).put(KEY, content, { contentType: 'application/onnx' });
  await database.close();
  mkdirSync(store, { recursive: true });
  writeFileSync(join(store, 'secret'), 'a secret of the cookies, long enough', { mode: 0o600 });
  return id;
}

async function requireWhole({ place, blobs, store }: Installation, id: string): Promise<void> {
  const database = await openStore(place);
  onTestFinished(() => database.close());
  expect(await database.client.study.findUnique({ where: { id } })).toMatchObject({ name: 'Pets' });
  const read = await openBlobs({ kind: 'folder', folder: blobs }).read(KEY, { maxBytes: 100 });
  expect(Buffer.from(read).equals(content)).toBe(true);
  expect(readFileSync(join(store, 'secret'), 'utf8')).toMatch(/a secret/);
  expect(statSync(join(store, 'secret')).mode & 0o777).toBe(0o600);
}

const inFolder = (root: string): Installation => {
  const store = join(root, 'store');
  return { place: { kind: 'folder', folder: store }, blobs: join(root, 'blobs'), store };
};

function onServer(root: string): Installation {
  const server = startPostgres();
  onTestFinished(() => server.remove());
  return {
    place: { kind: 'server', url: server.url },
    blobs: join(root, 'blobs'),
    store: join(root, 'store'),
  };
}

describe.each([
  ['in a folder', inFolder, true],
  ['on a PostgreSQL server', onServer, hasPostgres],
] as const)('a backup of a store %s', (_, install, isThere) => {
  it.skipIf(!isThere)('is brought to another place, whole, and once', async () => {
    const root = temporaryFolder();
    const [before, after] = [install(join(root, 'before')), install(join(root, 'after'))];
    const id = await fill(before);
    const backup = join(root, 'backup');
    expect(run('backup.sh', backup, before)).toMatchObject({ status: 0, stderr: '' });
    expect(statSync(backup).mode & 0o777).toBe(0o700);
    expect(run('backup.sh', backup, before).status).not.toBe(0);
    expect(run('restore.sh', backup, after)).toMatchObject({ status: 0, stderr: '' });
    await requireWhole(after, id);
    const again = run('restore.sh', backup, after);
    expect(again.status).toBe(1);
    expect(again.stderr).toMatch(/already/);
  });
});

it('a backup that was damaged is not restored', async () => {
  const root = temporaryFolder();
  const before = inFolder(join(root, 'before'));
  await fill(before);
  const backup = join(root, 'backup');
  run('backup.sh', backup, before);
  appendFileSync(join(backup, 'secret'), 'x');
  const after = inFolder(join(root, 'after'));
  expect(run('restore.sh', backup, after).status).not.toBe(0);
  expect(() => statSync(after.store)).toThrow(/ENOENT/);
});

it('a store that is in use is not copied', async () => {
  const root = temporaryFolder();
  const installation = inFolder(root);
  const database = await openStore(installation.place);
  onTestFinished(() => database.close());
  const { status, stderr } = run('backup.sh', join(root, 'backup'), installation);
  expect(status).toBe(1);
  expect(stderr).toMatch(/is in use; stop its server first/);
});
