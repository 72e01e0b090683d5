import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unzip, unzipLimits } from '../index.js';
import { temporaryFolder, writeZip } from '../testing/fixtures.js';
import { entryParts } from './names.js';

const names = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];

/** Writes a zip with an entry whose name the writer would refuse: another of the same length stands in. */
async function zipWithName(path: string, name: string): Promise<void> {
  const standIn = 'x'.repeat(Buffer.byteLength(name));
  await writeZip(path, [{ name: standIn, content: 'content' }]);
  const bytes = readFileSync(path);
  for (let at = bytes.indexOf(standIn); at >= 0; at = bytes.indexOf(standIn, at + 1)) bytes.write(name, at);
  writeFileSync(path, bytes);
}

describe('a zip', () => {
  it('is unpacked, without what systems add to it, and nothing in it may be run', async () => {
    const root = temporaryFolder();
    const [path, folder] = [join(root, 'a.zip'), join(root, 'out')];
    await writeZip(path, [
      { name: 'cat/1.png', content: 'one', mode: 0o100755 },
      { name: 'dog/2.png', content: 'two' },
      { name: '__MACOSX/cat/._1.png', content: 'x' },
      { name: 'cat/.DS_Store', content: 'x' },
      { name: 'Thumbs.db', content: 'x' },
    ]);
    await unzip(path, folder);
    expect(names(folder)).toEqual(['cat', 'cat/1.png', 'dog', 'dog/2.png']);
    expect(readFileSync(join(folder, 'cat/1.png'), 'utf8')).toBe('one');
    expect(statSync(join(folder, 'cat/1.png')).mode & 0o111).toBe(0);
  });

  it.each([
    ['../evil.png'],
    ['cat/../../evil.png'],
    ['/etc/evil.png'],
    ['C:/evil.png'],
    ['cat\\..\\evil.png'],
    ['cat//evil.png'],
    ['./evil.png'],
    ['cat/NUL.png'],
    ['com1'],
    ['cat /evil.png'],
    ['cat./evil.png'],
    ['cat/e\0vil.png'],
  ])('with the entry %j writes nothing', async (name) => {
    const root = temporaryFolder();
    const [path, folder] = [join(root, 'a.zip'), join(root, 'deep', 'out')];
    await zipWithName(path, name);
    await expect(unzip(path, folder)).rejects.toMatchObject({ problem: 'archive' });
    expect(names(root)).toEqual(['a.zip']);
  });

  it('lets no name out of its folder, whatever it is', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'con', 'b.png', '/', '\\', 'c:', '\0');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom('/', '\\', ''), (parts, between) => {
        const name = parts.join(between);
        let found: readonly string[];
        try {
          found = entryParts(name);
        } catch {
          return;
        }
        expect(join('/out', ...found).startsWith('/out/')).toBe(true);
      }),
    );
  });

  it('with links or devices is refused', async () => {
    for (const mode of [0o120777, 0o060644, 0o010644]) {
      const root = temporaryFolder();
      await writeZip(join(root, 'a.zip'), [{ name: 'cat/1.png', content: '/etc/passwd', mode }]);
      await expect(unzip(join(root, 'a.zip'), join(root, 'out'))).rejects.toThrow(/a link or a device/);
      expect(names(root)).toEqual(['a.zip']);
    }
  });

  it('that holds a name twice is refused, also where only the case differs', async () => {
    const root = temporaryFolder();
    await writeZip(join(root, 'a.zip'), [
      { name: 'cat/a.png', content: '1' },
      { name: 'Cat/A.png', content: '2' },
    ]);
    await expect(unzip(join(root, 'a.zip'), join(root, 'out'))).rejects.toThrow(/twice/);
  });

  it('that unpacks to far more than it is, is stopped', async () => {
    const root = temporaryFolder();
    const path = join(root, 'a.zip');
    await writeZip(path, [{ name: 'cat/1.png', content: Buffer.alloc(8 * 2 ** 20) }]);
    await expect(unzip(path, join(root, 'one'))).rejects.toThrow(/more than 200 times its size/);
    const limits = { ...unzipLimits, ratio: Infinity, bytes: 2 ** 20 };
    await expect(unzip(path, join(root, 'two'), { limits })).rejects.toThrow(/more than 1048576 bytes/);
    const few = { ...unzipLimits, entries: 0 };
    await expect(unzip(path, join(root, 'three'), { limits: few })).rejects.toThrow(
      /1 entries, and at most 0 are allowed/,
    );
  });

  it('that lies of its sizes is stopped', async () => {
    const root = temporaryFolder();
    const path = join(root, 'a.zip');
    await writeZip(path, [{ name: 'cat/1.png', content: Buffer.alloc(4 * 2 ** 20) }]);
    const bytes = readFileSync(path);
    // The unpacked size in the central directory.
    bytes.writeUInt32LE(10, bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
    writeFileSync(path, bytes);
    await expect(unzip(path, join(root, 'out'))).rejects.toMatchObject({ problem: 'archive' });
  });

  it('that is none, or cut short, is told so', async () => {
    const root = temporaryFolder();
    const path = join(root, 'a.zip');
    writeFileSync(path, 'not a zip');
    await expect(unzip(path, join(root, 'out'))).rejects.toThrow(/the zip cannot be read/);
    await writeZip(path, [{ name: 'cat/1.png', content: 'x'.repeat(5000) }]);
    writeFileSync(path, readFileSync(path).subarray(0, 60));
    await expect(unzip(path, join(root, 'out'))).rejects.toThrow(/the zip cannot be read/);
  });
});
