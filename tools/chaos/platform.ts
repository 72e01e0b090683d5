import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openBlobs, type BlobPlace, type Blobs } from '@espalier/blobs';
import { startS3, TEST_CREDENTIALS } from '@espalier/blobs/testing';
import { startPostgres, type TestPostgres } from '@espalier/store/testing';

/** An epoch that a worker says can no longer be lost. */
export interface Acknowledged {
  readonly studyId: string;
  readonly trial: number;
  readonly epoch: number;
}

/** A server, three workers and a PostgreSQL server, each a process that can be killed. */
export interface Platform {
  readonly root: string;
  readonly url: string;
  readonly database: TestPostgres;
  readonly acknowledged: Acknowledged[];
  /** Store of the processes' files: a folder or S3. */
  readonly blobs: { readonly place: BlobPlace; readonly open: () => Blobs };
  /** Processes that may be killed. */
  readonly victims: readonly string[];
  /** kill -9 of a victim. One that is called `child of …` is the process that trains, alone. */
  kill(victim: string): void;
  /** Starts a victim again. */
  revive(victim: string): Promise<void>;
  close(): Promise<void>;
}

const command = fileURLToPath(new URL('../../../apps/cli/bin/espalier.js', import.meta.url));
const WORKERS = 3;

/** Kinds of file stores. */
export const stores = ['folder', 's3'] as const;
export type Store = (typeof stores)[number];

/** Prefix of the names of victims that are processes of a worker. */
export const CHILD = 'child of ';

export async function startPlatform(store: Store): Promise<Platform> {
  const root = mkdtempSync(join(tmpdir(), 'espalier-chaos-'));
  const database = startPostgres();
  const port = await freePort();
  const s3 = store === 's3' ? await startS3() : null;
  const place: BlobPlace = s3?.place('chaos') ?? { kind: 'folder', folder: join(root, 'blobs') };
  // What the AWS client reads here too.
  if (s3 !== null) Object.assign(process.env, TEST_CREDENTIALS);
  const acknowledged: Acknowledged[] = [];
  const log = createWriteStream(join(tmpdir(), 'espalier-chaos.log'));
  let closing = false;
  const running = new Map<string, ChildProcess>();
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    ESPALIER_STORE: join(root, 'store'),
    ESPALIER_CACHE: join(root, 'cache'),
    ESPALIER_BLOBS: addressOf(place),
  };
  const launch = (name: string, args: readonly string[]): void => {
    const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.set(name, child);
    // As a supervisor does with who ends by itself, because the database is away.
    child.once('exit', (code) => {
      if (code !== null && !closing) setTimeout(() => start[name]?.(), 500);
    });
    createInterface({ input: child.stderr }).on('line', (line) => log.write(`${name}: ${line}\n`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const said = JSON.parse(line) as { readonly kind: string } & Acknowledged;
      if (said.kind === 'epoch') acknowledged.push(said);
    });
  };
  const start: Readonly<Record<string, () => void>> = {
    server: () => launch('server', ['start', '--no-worker', '--port', String(port)]),
    postgres: () => database.start(),
    ...Object.fromEntries(
      Array.from({ length: WORKERS }, (_, i) => {
        const name = `worker-${i}`;
        const options = ['--name', name, '--cache', join(root, name), '--lost-after', '3', '--json'];
        return [name, () => launch(name, ['worker', ...options])];
      }),
    ),
  };
  for (const name of Object.keys(start)) if (name !== 'postgres') start[name]?.();
  const url = `http://127.0.0.1:${port}`;
  return {
    ...{ root, url, database, acknowledged },
    blobs: { place, open: () => openBlobs(place) },
    victims: [
      ...Object.keys(start),
      ...Object.keys(start).flatMap((name) => (name.startsWith('worker') ? [`${CHILD}${name}`] : [])),
    ],
    kill: (victim) => {
      if (victim.startsWith(CHILD)) killChildren(running.get(victim.slice(CHILD.length))?.pid);
      else if (victim === 'postgres') database.kill();
      else running.get(victim)?.kill('SIGKILL');
    },
    revive: async (victim) => {
      // Its worker starts another.
      if (victim.startsWith(CHILD)) return;
      const dead = running.get(victim);
      if (dead !== undefined && dead.exitCode === null && dead.signalCode === null) await once(dead, 'exit');
      start[victim]?.();
    },
    close: async () => {
      closing = true;
      for (const child of running.values()) child.kill('SIGKILL');
      database.remove();
      await s3?.close();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** As `ESPALIER_BLOBS` names it. */
function addressOf(place: BlobPlace): string {
  if (place.kind === 'folder') return `file://${place.folder}`;
  const { bucket, prefix, endpoint = '', region = '' } = place;
  const options = new URLSearchParams({ endpoint, region, pathStyle: 'true' });
  return `s3://${bucket}/${prefix}?${options}`;
}

function killChildren(pid: number | undefined): void {
  if (pid === undefined) return;
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  for (const child of stdout
    .trim()
    .split(/\s+/)
    .filter((text) => text !== '')) {
    try {
      process.kill(Number(child), 'SIGKILL');
    } catch {
      // It went by itself.
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
