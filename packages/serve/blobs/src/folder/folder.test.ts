import { spawn } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBlobs, type Blobs } from '../index.js';
import {
  all,
  BINARY,
  collected,
  inChunks,
  numbered,
  problemOf,
  temporaryFolder,
} from '../testing/contents.js';

async function opened(): Promise<{ blobs: Blobs; folder: string }> {
  const folder = await temporaryFolder();
  return { blobs: openBlobs({ kind: 'folder', folder }), folder };
}

/** The content file of a blob. */
async function contentIn(folder: string, stem: string): Promise<string> {
  const record = JSON.parse(await readFile(join(folder, `${stem}@blob.json`), 'utf8')) as { content: string };
  return join(folder, `${stem}@${record.content}`);
}

describe('a folder of blobs', () => {
  it('keeps plain content beside its record, and nothing else', async () => {
    const { blobs, folder } = await opened();
    await blobs.put('models/7', Buffer.from('one'), BINARY);
    await blobs.put('models/7', Buffer.from('two'), { ...BINARY, overwrite: true });
    await blobs.put('models/7', Buffer.from('two'), BINARY);
    await problemOf(blobs.put('models/7', Buffer.from('three'), BINARY));
    await problemOf(blobs.put('models/7', inChunks(Buffer.from('three'), [1]), BINARY));
    expect(`${await readFile(await contentIn(folder, 'models/7'))}`).toBe('two');
    expect(await readdir(join(folder, 'models'))).toHaveLength(2);
    await blobs.remove('models/7');
    expect(await readdir(join(folder, 'models'))).toEqual([]);
  });

  it('is made when it is needed, and is empty before', async () => {
    const folder = join(await temporaryFolder(), 'not', 'yet');
    const blobs = openBlobs({ kind: 'folder', folder });
    expect(await all(blobs.list(''))).toEqual([]);
    expect(await blobs.stat('a/b')).toBeNull();
    await blobs.put('a/b', numbered(3), BINARY);
    expect(await all(openBlobs({ kind: 'folder', folder }).list(''))).toEqual([{ key: 'a/b', bytes: 3 }]);
  });

  it('is its owner’s alone, and is closed where others could read it', async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const { blobs, folder } = await opened();
    await blobs.put('models/7', Buffer.from('one'), BINARY);
    const modes = async (): Promise<string[]> => {
      const names = ['models', ...(await readdir(join(folder, 'models'))).map((name) => `models/${name}`)];
      const found = await Promise.all(names.map((name) => stat(join(folder, name))));
      return found.map(({ mode }) => (mode & 0o777).toString(8));
    };
    expect(await modes()).toEqual(['700', '600', '600']);
    await chmod(folder, 0o755);
    for (const name of await readdir(join(folder, 'models')))
      await chmod(join(folder, 'models', name), 0o644);
    openBlobs({ kind: 'folder', folder });
    expect(await modes()).toEqual(['700', '600', '600']);
    expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700');
  });

  it('takes the longest keys, though file names are shorter', async () => {
    const { blobs } = await opened();
    const keys = ['x'.repeat(512), `${'y'.repeat(300)}/${'z'.repeat(211)}`, 'x'.repeat(150), 'x'.repeat(151)];
    for (const key of keys) await blobs.put(key, Buffer.from(key), BINARY);
    for (const key of keys) expect(`${await blobs.read(key, { maxBytes: 512 })}`).toBe(key);
    expect((await all(blobs.list(''))).map(({ key }) => key).sort()).toEqual(keys.sort());
  });

  it('does not follow links, of folders or files', async () => {
    const { blobs, folder } = await opened();
    const outside = await temporaryFolder();
    await blobs.put('real/key', numbered(10), BINARY);
    const record = join(folder, 'real', 'key@blob.json');
    await writeFile(join(outside, 'key@blob.json'), await readFile(record));
    await symlink(outside, join(folder, 'linked'));
    await symlink(record, join(folder, 'key@blob.json'));
    expect((await all(blobs.list(''))).map(({ key }) => key)).toEqual(['real/key']);
    for (const key of ['linked/key', 'key']) {
      for (const use of [
        () => blobs.stat(key),
        () => blobs.read(key, { maxBytes: 99 }),
        () => blobs.remove(key),
        () => blobs.put(key, numbered(5), { ...BINARY, overwrite: true }),
      ]) {
        expect(await problemOf(use())).toMatchObject({
          problem: 'place',
          message: expect.stringMatching(/link/),
        });
      }
    }
    const content = await contentIn(folder, 'real/key');
    await rm(content);
    await writeFile(join(outside, 'secret'), numbered(10));
    await symlink(join(outside, 'secret'), content);
    expect((await problemOf(blobs.get('real/key'))).message).toMatch(/is a link or not a regular file/);
    expect((await readdir(outside)).sort()).toEqual(['key@blob.json', 'secret']);
  });

  it('tells of damage, and is mended by overwriting', async () => {
    const { blobs, folder } = await opened();
    const target = join(folder, 'target');
    const damages: Record<string, (content: string, record: string) => Promise<void>> = {
      flipped: (content) => writeFile(content, numbered(100, 2)),
      torn: (content) => truncate(content, 50),
      longer: (content) => writeFile(content, numbered(101)),
      gone: (content) => rm(content),
      record: (_, record) => writeFile(record, '{"key":'),
    };
    for (const [key, damage] of Object.entries(damages)) {
      await blobs.put(key, numbered(100), BINARY);
      await damage(await contentIn(folder, key), join(folder, `${key}@blob.json`));
      await writeFile(target, 'old');
      const uses = [
        () => blobs.read(key, { maxBytes: 1000 }),
        () => blobs.fetchTo(key, target),
        async () => collected(await blobs.get(key)),
      ];
      for (const use of uses) expect((await problemOf(use())).problem).toBe('damaged');
      expect(await readFile(target, 'utf8')).toBe('old');
      await blobs.put(key, numbered(100), { ...BINARY, overwrite: key !== 'flipped' });
      if (key !== 'flipped') expect(await blobs.read(key, { maxBytes: 100 })).toEqual(numbered(100));
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('says so where the file system does not tell two keys apart', async () => {
    const { blobs, folder } = await opened();
    await blobs.put('Model', numbered(10), BINARY);
    // What a file system without upper and lower case would show.
    await link(join(folder, 'Model@blob.json'), join(folder, 'model@blob.json'));
    for (const use of [() => blobs.stat('model'), () => blobs.put('model', numbered(10), BINARY)]) {
      expect((await problemOf(use())).message).toMatch(
        /belongs to the key Model, which .* the same name as model/,
      );
    }
  });

  it('goes on giving what was opened while it is replaced', async () => {
    const { blobs } = await opened();
    const [one, two] = [numbered(300_000, 1), numbered(300_000, 2)];
    await blobs.put('key', one, BINARY);
    const reading = await blobs.get('key');
    await blobs.put('key', two, { ...BINARY, overwrite: true });
    expect((await collected(reading)).equals(one)).toBe(true);
    expect((await blobs.read('key', { maxBytes: 300_000 })).length).toBe(two.length);
  });

  it('says what it may not do, and where a file is in the way', async () => {
    const { blobs, folder } = await opened();
    await mkdir(join(folder, 'closed'));
    await writeFile(join(folder, 'file'), '');
    expect((await problemOf(blobs.put('file/key', numbered(1), BINARY))).message).toMatch(
      /file is a file instead of a folder/,
    );
    await chmod(join(folder, 'closed'), 0o555);
    await chmod(folder, 0o755);
    const denied = await asOrdinaryUser(() => problemOf(blobs.put('closed/key', numbered(1), BINARY)));
    expect(denied).toMatchObject({
      problem: 'denied',
      message: expect.stringMatching(/cannot be accessed \(permission is denied\)/),
    });
    expect(await readdir(join(folder, 'closed'))).toEqual([]);
  });

  it('holds the old content or the new one after kill -9 at any moment of a put', async () => {
    const { blobs, folder } = await opened();
    const script = fileURLToPath(new URL('../testing/putter.ts', import.meta.url));
    const size = 2_000_000;
    const node = ['--conditions=@espalier/source', '--import=tsx', script, folder, 'a/key', String(size)];
    let old: number | null = null;
    for (let round = 0; round < 8; round++) {
      const child = spawn(process.execPath, node);
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const ended = new Promise((resolve) => child.on('close', resolve));
      // In every other round within the first put, else in a later one.
      while (!output.includes(round % 2 === 0 ? 'begin' : 'end')) await sleep(1);
      await sleep(Math.random() * 15);
      child.kill('SIGKILL');
      await ended;
      const done = [...output.matchAll(/^end \d+$/gm)].length;
      const kept = await letterIn(blobs, size);
      // The last that was reported or the one under way then; before the first, what was there.
      const before: number | null = done === 0 ? old : 97 + ((done - 1) % 26);
      expect([before, 97 + (done % 26)]).toContain(kept);
      old = kept;
    }
    expect(old).not.toBeNull();
    expect(await all(blobs.list(''))).toEqual([{ key: 'a/key', bytes: size }]);
  });
});

/** Text that a complete content repeats; null where there is no blob. */
async function letterIn(blobs: Blobs, size: number): Promise<number | null> {
  if ((await blobs.stat('a/key')) === null) return null;
  const content = await blobs.read('a/key', { maxBytes: size });
  expect(Buffer.alloc(size, content[0]).equals(content)).toBe(true);
  return content[0] as number;
}

/** Permissions do not bind the superuser, so a test of them runs as somebody else. */
async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run();
  process.seteuid?.(65534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
