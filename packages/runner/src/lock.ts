import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StudyError } from './errors.js';

/** How often another process may win the race for a stale lock before this one gives up. */
const ATTEMPTS = 5;

/**
 * Takes a folder for this process, so that two do not write one study.
 *
 * @returns what gives it back
 * @throws StudyError naming the process that holds it; a lock of a dead process is taken over
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'study.lock');
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(own, JSON.stringify({ host: hostname(), pid: process.pid }));
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await linked(own, path)) return () => rm(path, { force: true });
      const content = await contentOf(path);
      if (content === null) continue;
      const holder = holderOf(content);
      if (holder !== null) {
        throw new StudyError(
          `process ${holder} is at work on the study in ${folder}; wait for it or stop it (or, if it is no ` +
            `process of Espalier, delete ${path})`,
        );
      }
      await takeAway(path, content);
    }
  } finally {
    await rm(own, { force: true });
  }
  throw new StudyError(`another process is taking the study in ${folder} at this moment; try again`);
}

/** A link appears whole or not at all, and only where there was none. */
async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Some file systems have no links; a short write is as good there as it gets.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    return written(own, path);
  }
}

async function written(own: string, path: string): Promise<boolean> {
  try {
    await writeFile(path, await readFile(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Who holds a lock, as messages show it; null for a dead process of this machine. */
function holderOf(content: string): string | null {
  let lock: { host?: unknown; pid?: unknown };
  try {
    lock = JSON.parse(content) as typeof lock;
  } catch {
    return null;
  }
  if (lock.host !== hostname()) return `${String(lock.pid)} on ${String(lock.host)}`;
  return typeof lock.pid === 'number' && isAlive(lock.pid) ? String(lock.pid) : null;
}

/** Removes a stale lock, and nothing that another process has put in its place meanwhile. */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await contentOf(aside)) !== stale) await linked(aside, path);
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
