import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writePictures } from '@espalier/data/testing';
import { connect, isApiError, predictAll, uploadDataset, waitForStudy, type Client } from '@espalier/sdk';
import { startServer, type RunningServer } from '@espalier/server';
import { startWorker } from '@espalier/worker';
import { emptyStore } from '@espalier/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openGate } from './testing/gate.js';

const tsx = import.meta.resolve('tsx');
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const child = {
  file: fileURLToPath(new URL('../../../packages/serve/worker/dist/process/child.js', import.meta.url)),
  nodeOptions: [],
};

let root: string;
let server: RunningServer;
let keys: Readonly<Record<'member' | 'viewer', string>>;
const failures: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-client-'));
  process.env['ESPALIER_CACHE'] = join(root, 'cache');
  await writePictures(join(root, 'pictures'), 15);
  await zip(join(root, 'pictures'), join(root, 'pictures.zip'));
  await writeFile(join(root, 'spots.png'), await readFile(join(root, 'pictures', 'spots', '0.png')));
  await symlink(modules, join(root, 'node_modules'), 'junction');
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  const onFailure = (message: string): void => void failures.push(message);
  server = await startServer({
    place: emptyStore(join(root, 'store')),
    list: null,
    blobs: { kind: 'folder', folder: join(root, 'blobs') },
    team: { secret: 'a secret of a test, with 32 characters or more', oidc: null },
    worker: (queue, blobs) =>
      startWorker({
        ...{ queue, blobs, onFailure, child },
        folder: join(root, 'work'),
        cache: { folder: join(root, 'cache'), bytes: 2 ** 30 },
        capabilities: { providers: ['cpu'], memory: 2 ** 33, slots: 1 },
        alone: true,
      }),
    onFailure,
  });
  keys = await keysOf(server);
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

async function zip(folder: string, path: string): Promise<void> {
  const archive = new ZipFile();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) archive.addFile(file, relative(folder, file));
  }
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(path));
}

/** Makes the team and keys of it, as its first person does in a browser. */
async function keysOf({ url, setupUrl }: RunningServer): Promise<typeof keys> {
  const post = (path: string, body: object, headers: object = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, ...headers },
      body: JSON.stringify(body),
    });
  const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
  const token = setupUrl?.split('#')[1];
  const setup = await post('/api/auth/team/setup', { token, organization: 'Lab', ...person });
  const cookie = String(setup.headers.get('set-cookie')).split(';')[0];
  const make = async (role: string): Promise<string> => {
    const made = await post('/api/trpc/keys.create', { name: role, role, days: 1 }, { cookie });
    return ((await made.json()) as { result: { data: { key: string } } }).result.data.key;
  };
  return { member: await make('member'), viewer: await make('viewer') };
}

const member = (url = server.url): Client => connect({ url, key: keys.member });

const search = {
  backbones: ['vision-mini'],
  freezeDepths: [8],
  augmentation: ['none' as const],
  budget: { trials: 2, epochs: 10 },
  scratch: false,
};

describe('a client of a server', () => {
  it('does what its README says, from a dataset to predictions', async () => {
    const readme = await readFile(new URL('../../../packages/client/README.md', import.meta.url), 'utf8');
    const [block = ''] = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code);
    await writeFile(join(root, 'example.ts'), block);
    const args = [`--import=${tsx}`, 'example.ts'];
    const env = { ...process.env, ESPALIER_URL: server.url, ESPALIER_KEY: keys.member, NO_COLOR: '1' };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^1 study\n2 [\s\S]*epoch\n[\s\S]*finished [\d.]+\n\[[\s\S]*model\.onnx[\s\S]*label: '(spots|stripes|plain)'/,
    );
    const files = await readdir(join(root, 'model'));
    expect(files.sort()).toEqual(
      expect.arrayContaining(['model.onnx', 'preprocessing.json', 'report.json', 'report.md']),
    );
    // What was fetched is a model of this machine.
    const [one] = await predictAll(join(root, 'model'), join(root, 'spots.png'));
    expect(one).toMatchObject({ kind: 'predicted' });
    expect(failures).toEqual([]);
  });

  it('follows a study over a line that breaks off all the time, without a gap', async () => {
    const gate = await openGate(server.port);
    try {
      const client = member(gate.url);
      const [dataset] = (await client.api.datasets.list.query({})).items;
      const asked = { datasetId: String(dataset?.id), name: 'Unsteady', search };
      const { id } = await client.api.studies.create.mutate(asked);
      const numbers: number[] = [];
      let cuts = 0;
      const study = await waitForStudy(client, id, {
        onEvent: ({ number }) => {
          numbers.push(number);
          if (number % 3 !== 0) return;
          cuts++;
          gate.cut();
        },
      });
      expect(study.state).toBe('finished');
      expect(cuts).toBeGreaterThan(5);
      expect(numbers).toEqual(Array.from({ length: study.lastEvent }, (_, i) => i + 1));
    } finally {
      await gate.close();
    }
  });

  it('stops waiting when it is told to, and leaves the study alone', async () => {
    const { api } = member();
    const [dataset] = (await api.datasets.list.query({})).items;
    const asked = {
      datasetId: String(dataset?.id),
      name: 'Long',
      search: { ...search, budget: { trials: 50 } },
    };
    const { id } = await api.studies.create.mutate(asked);
    const stopped = new AbortController();
    const waiting = waitForStudy(member(), id, {
      signal: stopped.signal,
      onEvent: () => stopped.abort(new Error('enough')),
    });
    await expect(waiting).rejects.toThrow('enough');
    expect((await api.studies.get.query({ id })).state).toMatch(/queued|running/);
    await api.studies.cancel.mutate({ id });
    expect(await waitForStudy(member(), id)).toMatchObject({ state: 'cancelled' });
  });

  it('sends again what broke off of an upload, and nothing else', async () => {
    const path = join(root, 'table.csv');
    await writeFile(path, `text,label\n${'x'.repeat(17 * 2 ** 20)},a\n`);
    const gate = await openGate(server.port);
    try {
      const name = 'Table';
      let upload = '';
      const stopped = new AbortController();
      const first = uploadDataset(member(gate.url), {
        ...{ name, path, signal: stopped.signal },
        onProgress: (progress) => {
          upload = progress.upload;
          if (progress.sent > 0) stopped.abort(new Error('the machine went to sleep'));
        },
      });
      await expect(first).rejects.toThrow('went to sleep');
      const sent: number[] = [];
      const { id } = await uploadDataset(member(gate.url), {
        ...{ name, path, upload },
        onProgress: (progress) => {
          sent.push(progress.sent / 2 ** 20);
          if (sent.length === 1) setTimeout(() => gate.cut(), 2);
        },
      });
      expect(sent.slice(0, 2)).toEqual([8, 16]);
      expect(await member().api.datasets.get.query({ id })).toMatchObject({
        name: 'Table',
        source: 'upload',
      });
      const other = uploadDataset(member(), { name, path: join(root, 'spots.png'), upload });
      await expect(other).rejects.toSatisfy((error) => isApiError(error) && error.data?.code === 'NOT_FOUND');
    } finally {
      await gate.close();
    }
  });

  it('is told by type what it may not do, and what is wrong', async () => {
    const viewer = connect({ url: server.url, key: keys.viewer });
    const [project] = await viewer.api.projects.list.query();
    expect(project).toMatchObject({ slug: 'local' });
    const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
      work.then(
        () => 'done',
        (error: unknown) => (isApiError(error) ? error.data?.code : String(error)),
      );
    expect(await codeOf(viewer.api.projects.create.mutate({ name: 'Birds', slug: 'birds' }))).toBe(
      'FORBIDDEN',
    );
    const upload = uploadDataset(viewer, { name: 'No', path: join(root, 'pictures.zip') });
    expect(await codeOf(upload)).toBe('FORBIDDEN');
    const stranger = connect({ url: server.url });
    expect(await codeOf(waitForStudy(stranger, crypto.randomUUID()))).toBe('UNAUTHORIZED');
    expect(await codeOf(waitForStudy(viewer, crypto.randomUUID()))).toBe('NOT_FOUND');
    expect(() => connect({ url: 'espalier.example' })).toThrow('is not the address of a server');
  });
});
