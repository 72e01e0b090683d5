import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzip } from '@espalier/datasets';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { headOf } from './head';
import { packFiles } from './pack';

async function unpacked(zip: Blob): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-pack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'x.zip'), new Uint8Array(await zip.arrayBuffer()));
  await unzip(join(folder, 'x.zip'), join(folder, 'out'));
  return join(folder, 'out');
}

it('makes one zip of files, which the server unpacks to the same', async () => {
  const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200_000 }), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(contents, async (all) => {
      const entries = all.map((bytes, i) => ({
        path: `pets/klaß ${i % 2}/${i}.png`,
        file: new File([new Uint8Array(bytes)], `${i}.png`, { lastModified: 1_700_000_000_000 + i }),
      }));
      const told: number[] = [];
      const zip = await packFiles('pets', entries, { onProgress: (done) => told.push(done) });
      expect(zip.name).toBe('pets.zip');
      const total = all.reduce((sum, { length }) => sum + length, 0);
      // Files are stored as they are, and their contents are not there twice.
      expect(zip.size).toBeLessThan(total + entries.length * 300);
      expect(told.at(-1)).toBe(total);
      const folder = await unpacked(zip);
      for (const [i, { path }] of entries.entries())
        expect(new Uint8Array(await readFile(join(folder, path)))).toEqual(new Uint8Array(all[i] ?? []));
    }),
    { numRuns: 10 },
  );
});

it('is the same zip for the same files, so that an upload can go on', async () => {
  const entries = ['a', 'b'].map((name) => ({
    path: `${name}/1.txt`,
    file: new File([name.repeat(1000)], '1.txt', { lastModified: 1_600_000_000_000 }),
  }));
  const [first, second] = [await packFiles('x', entries), await packFiles('x', entries)];
  expect(await first.text()).toBe(await second.text());
  expect([first.size, first.lastModified]).toEqual([second.size, second.lastModified]);
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const entries = [{ path: 'a/1.txt', file: new File(['x'], '1.txt') }];
  stop.abort(new Error('enough'));
  await expect(packFiles('x', entries, { signal: stop.signal })).rejects.toThrow('enough');
});

it('shows the beginning of a table in any encoding', async () => {
  expect(await headOf(new Blob(['größe,b\n']))).toEqual({ text: 'größe,b\n', isPart: false, note: null });
  const utf16 = new Uint8Array([0xff, 0xfe, ...Buffer.from('a\tö\n', 'utf16le')]);
  expect(await headOf(new Blob([utf16]))).toMatchObject({ text: 'a\tö\n', note: null });
  const western = new Uint8Array(Buffer.from('größe\n', 'latin1'));
  expect(await headOf(new Blob([western]))).toMatchObject({
    text: 'größe\n',
    note: expect.stringMatching(/not UTF-8/),
  });
  const long = new Blob(['ö'.repeat(200_000)]);
  const { text, isPart } = await headOf(long);
  expect([text.length, isPart]).toEqual([131_072, true]);
  const odd = await headOf(new Blob(['x', 'ö'.repeat(200_000)]));
  expect([odd.text.endsWith('ö'), odd.note]).toEqual([true, null]);
});
