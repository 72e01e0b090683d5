import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFolder } from './lock.js';
import { temporaryFolder } from './test-fixtures.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
});
afterAll(() => remove());

const lockWith = (name: string, content: string): Promise<void> => writeFile(join(root, name), content);

describe('the lock of a study', () => {
  it('is held by one at a time and given back', async () => {
    const unlock = await lockFolder(root);
    await expect(lockFolder(root)).rejects.toThrow(new RegExp(`process ${process.pid} is at work`));
    await unlock();
    await (
      await lockFolder(root)
    )();
    expect(await readdir(root)).toEqual([]);
  });

  it.each([
    ['a dead process', JSON.stringify({ host: hostname(), pid: 2 ** 30 })],
    ['a process that died as it took it', ''],
  ])('of %s is taken over', async (_, content) => {
    await lockWith('study.lock', content);
    await (
      await lockFolder(root)
    )();
    expect(await readdir(root)).toEqual([]);
  });

  it('of another machine is respected, and the way out is named', async () => {
    await lockWith('study.lock', JSON.stringify({ host: 'elsewhere', pid: 1 }));
    await expect(lockFolder(root)).rejects.toThrow(/process 1 on elsewhere .* delete .*study.lock/);
    expect(existsSync(join(root, 'study.lock'))).toBe(true);
    await remove();
  });

  it('goes to exactly one of many that take over a stale one', async () => {
    const { path, remove: clean } = await temporaryFolder();
    await writeFile(join(path, 'study.lock'), JSON.stringify({ host: hostname(), pid: 2 ** 30 }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(path)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await clean();
  });
});
