import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LockedError, lockFolder } from '@espalier/base/files';

const repository = fileURLToPath(new URL('../../../../../', import.meta.url));
const dashboard = join(repository, 'apps', 'dashboard');

/** When something in a folder was last written, in milliseconds since 1970; folders tell what was removed. */
function newestIn(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

const foldersIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name));

/** What pages are made of: their sources, what they import, and the packages of others. */
function sources(): string[] {
  const own = ['app', 'src', 'next.config.mjs', 'package.json'].map((name) => join(dashboard, name));
  const folders = foldersIn(join(repository, 'packages'));
  const packages = [...folders, ...folders.flatMap(foldersIn)].map((path) => join(path, 'dist'));
  return [...own, ...packages.filter((path) => existsSync(path)), join(repository, 'package-lock.json')];
}

function upToDate(): boolean {
  const built = join(dashboard, '.next', 'BUILD_ID');
  return existsSync(built) && statSync(built).mtimeMs > Math.max(...sources().map(newestIn));
}

function build(): void {
  const next = createRequire(join(dashboard, 'package.json')).resolve('next/dist/bin/next');
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, 'build'], {
    cwd: dashboard,
    encoding: 'utf8',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
}

/** Makes the dashboard's pages unless they are newer than their sources: one test file does it for all. */
export async function buildPages(): Promise<void> {
  const folder = join(repository, 'node_modules', '.cache', 'espalier-pages');
  mkdirSync(folder, { recursive: true });
  const unlock = await lockWhenFree(folder);
  try {
    if (!upToDate()) build();
  } finally {
    await unlock();
  }
}

async function lockWhenFree(folder: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      return await lockFolder(folder, 'pages');
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      await sleep(200);
    }
  }
}
