import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { storeFolder } from './folders.js';

export { emptyStore, makeTemplate } from '../template.js';
export { storeFolder };

/** Debian's PostgreSQL, newest first. */
function binaries(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => join(root, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  return found ?? null;
}

/** PostgreSQL will not run as root; Debian's package makes a user for it. */
const asUser = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--'] : [];

const spawned = (command: readonly string[]) => {
  const [program, ...args] = [...asUser, ...command];
  return spawnSync(program as string, args, { encoding: 'utf8', cwd: '/tmp' });
};

function run(...command: readonly string[]): void {
  const { status, stderr, stdout } = spawned(command);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stdout}${stderr}`);
}

function killHard(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

/** Whether tests on a PostgreSQL server can run here. */
export const hasPostgres = binaries() !== null;

/** A PostgreSQL server for tests, on 127.0.0.1. */
export interface TestPostgres {
  readonly url: string;
  /** Makes an empty database on it and gives its address. */
  newDatabase(): string;
  /** Ends it as a loss of power would. */
  kill(): void;
  /** Starts it again after it was killed. */
  start(): void;
  /** Ends it and removes its files. */
  remove(): void;
}

export function startPostgres(): TestPostgres {
  const bin = binaries();
  if (bin === null) throw new Error('PostgreSQL is not installed');
  const folder = storeFolder('postgres');
  if (asUser.length > 0) spawnSync('chown', ['postgres', folder]);
  const data = join(folder, 'data');
  const port = 20_000 + Math.floor(10_000 * Math.random());
  run(join(bin, 'initdb'), '-D', data, '-U', 'espalier', '--auth=trust', '-E', 'UTF8', '--no-sync');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
  const control = join(bin, 'pg_ctl');
  const start = (): void => {
    const starting = [control, '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start'];
    // What was killed lets go of its memory and its port in a moment.
    for (let left = 20; left > 0 && spawned(starting).status !== 0; left--) spawned(['sleep', '0.5']);
    run(control, '-D', data, 'status');
  };
  start();
  const urlOf = (database: string): string => `postgresql://espalier@127.0.0.1:${port}/${database}`;
  let databases = 0;
  return {
    url: urlOf('postgres'),
    newDatabase: () => {
      const name = `espalier_${databases++}`;
      run(join(bin, 'createdb'), '-h', '127.0.0.1', '-p', String(port), '-U', 'espalier', name);
      return urlOf(name);
    },
    kill: () => {
      const [pid = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', pid], { encoding: 'utf8' });
      // Its own processes outlive it for a moment, and would keep it from starting again.
      for (const one of [pid, ...stdout.trim().split(/\s+/)]) killHard(Number(one));
    },
    start,
    remove: () => {
      // It may have been killed, and then there is nothing to stop.
      spawned([control, '-D', data, '-m', 'immediate', '-w', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
