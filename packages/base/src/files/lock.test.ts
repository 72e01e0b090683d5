import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockFolder, lockHolder } from './lock.js';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'espalier-lock-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const claim = (pid: number, host = hostname()): string =>
  `study.lock.${pid}.00ff.${encodeURIComponent(host)}`;
/** No process has it: above the largest there can be. */
const NOBODY = 2 ** 30;

describe('the lock of a folder', () => {
  it('is held by one at a time and given back', async () => {
    const root = await folder();
    const unlock = await lockFolder(root, 'study');
    await expect(lockFolder(root, 'study')).rejects.toThrow(new RegExp(`process ${process.pid} is using`));
    await unlock();
    await (
      await lockFolder(root, 'study')
    )();
    expect(await readdir(root)).toEqual([]);
  });

  it('tells who holds it, and knows others by their name', async () => {
    const root = await folder();
    expect(await lockHolder(root, 'study')).toBeNull();
    const unlock = await lockFolder(root, 'study');
    expect(await lockHolder(root, 'study')).toMatchObject({ pid: process.pid, host: null, folder: root });
    expect(await lockHolder(root, 'store')).toBeNull();
    await (
      await lockFolder(root, 'store')
    )();
    await unlock();
  });

  it('of a dead process does not count', async () => {
    const root = await folder();
    await writeFile(join(root, claim(NOBODY)), '');
    const unlock = await lockFolder(root, 'study');
    expect(await readdir(root)).toHaveLength(1);
    await unlock();
    expect(await readdir(root)).toEqual([]);
  });

  it('of another machine is respected, and the way out is named', async () => {
    const root = await folder();
    await writeFile(join(root, claim(1, 'else/where')), '');
    await expect(lockFolder(root, 'study')).rejects.toThrow(
      /process 1 on else\/where .* delete .*study.lock.1/,
    );
    expect(await readdir(root)).toEqual([claim(1, 'else/where')]);
  });

  it('is never held by two, however many want it at once, and someone gets it in the end', async () => {
    for (let round = 0; round < 10; round++) {
      const root = await folder();
      await writeFile(join(root, claim(NOBODY)), '');
      let holders = 0;
      let most = 0;
      let taken = 0;
      const one = async (): Promise<void> => {
        const unlock = await lockFolder(root, 'study');
        most = Math.max(most, ++holders);
        taken++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        holders--;
        await unlock();
      };
      await Promise.allSettled(Array.from({ length: 4 }, one));
      expect(most).toBe(1);
      expect(taken).toBeGreaterThan(0);
      expect(await readdir(root)).toEqual([]);
    }
  });
});
