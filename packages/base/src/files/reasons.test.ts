import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reasonOf } from './reasons.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-reasons-'));
  await writeFile(join(folder, 'file'), '');
  await symlink('circle', join(folder, 'circle'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['none', 'there is no such file or folder'],
  ['file/inner', 'a part of the path is a file'],
  ['circle', 'its symbolic links form a loop'],
  ['.', 'the path is a folder'],
  ['a'.repeat(300), 'the path is too long'],
])('says in words why %s cannot be read', async (name, reason) => {
  const error: unknown = await readFile(join(folder, name)).catch((cause: unknown) => cause);
  expect(reasonOf(error)).toBe(reason);
});

it('gives the code of a reason that it does not know', () => {
  expect(reasonOf(Object.assign(new Error('x'), { code: 'EXOTIC' }))).toBe('the system refused (EXOTIC)');
  expect(reasonOf('x')).toBe('the system refused');
});
