import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { materialise } from './index.js';
import { folderBlobs, temporaryFolder, writeZip } from './testing/fixtures.js';

const KEY = 'organizations/o/projects/p/datasets/u.zip';

async function zipped(files: number): Promise<{ root: string; blobFolder: string; folder: string }> {
  const root = temporaryFolder();
  const random = createRandom(1, 'noise');
  const content = (): Uint8Array => Uint8Array.from({ length: 2_000 }, () => random.integer(256));
  const one = (name: string) => ({ name, content: content() });
  await writeZip(
    join(root, 'a.zip'),
    Array.from({ length: files }, (_, i) => one(`pets/${i % 2 === 0 ? 'cat' : 'dog'}/${i}.png`)),
  );
  const blobFolder = join(root, 'blobs');
  await folderBlobs(blobFolder).put(KEY, readFileSync(join(root, 'a.zip')), {
    contentType: 'application/zip',
  });
  return { root, blobFolder, folder: join(root, 'unpacked') };
}

const filesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png')).length;

describe('an uploaded dataset on a machine', () => {
  it('is unpacked once, without the folder around it, however many ask at once', async () => {
    const { blobFolder, folder } = await zipped(20);
    const blobs = folderBlobs(blobFolder);
    const upload = { source: 'upload', location: KEY } as const;
    const paths = await Promise.all([1, 2, 3].map(() => materialise(upload, blobs, folder)));
    expect(new Set(paths).size).toBe(1);
    expect(readdirSync(paths[0] as string).sort()).toEqual(['cat', 'dog']);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await materialise({ source: 'path', location: '/pets' }, blobs, folder)).toBe('/pets');
    await expect(materialise({ ...upload, location: 'a/none.zip' }, blobs, folder)).rejects.toThrow(
      /upload it again/,
    );
  });

  it('may be a table', async () => {
    const root = temporaryFolder();
    const blobs = folderBlobs(join(root, 'blobs'));
    await blobs.put('a/u.csv', Buffer.from('label,text\n'), { contentType: 'text/csv' });
    const path = await materialise({ source: 'upload', location: 'a/u.csv' }, blobs, join(root, 'unpacked'));
    expect(readFileSync(path, 'utf8')).toBe('label,text\n');
    expect(path).toMatch(/dataset\.csv$/);
  });

  it('is read as what its name says, also where the same bytes came under another one', async () => {
    const root = temporaryFolder();
    const blobs = folderBlobs(join(root, 'blobs'));
    const content = Buffer.from('text\tlabel\n');
    for (const name of ['u.csv', 'u.tsv']) {
      await blobs.put(`a/${name}`, content, { contentType: 'application/octet-stream' });
      const path = await materialise({ source: 'upload', location: `a/${name}` }, blobs, join(root, 'out'));
      expect(path.slice(-4)).toBe(name.slice(-4));
      expect(readFileSync(path)).toEqual(content);
    }
  });

  it('is there whole or not at all, whenever the process that unpacks it is killed', async () => {
    const files = 400;
    const { blobFolder, folder } = await zipped(files);
    const main = fileURLToPath(new URL('../dist/testing/materialiser.js', import.meta.url));
    const args = [main, blobFolder, KEY, folder];
    for (const delay of [1, 10, 25, 50, 80, 120]) {
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await sleep(delay);
      child.kill('SIGKILL');
      await once(child, 'close');
      const whole = existsSync(folder) ? readdirSync(folder).filter((name) => !name.endsWith('.tmp')) : [];
      for (const name of whole) expect(filesIn(join(folder, name))).toBe(files);
    }
    // What was left is swept when it is old, and does not stand in the way.
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) utimesSync(join(folder, name), 0, 0);
    const path = await materialise({ source: 'upload', location: KEY }, folderBlobs(blobFolder), folder);
    expect(filesIn(path)).toBe(files);
  });
});
