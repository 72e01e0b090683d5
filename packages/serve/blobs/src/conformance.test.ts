import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openBlobs, type Blobs } from './index.js';
import {
  all,
  BINARY,
  collected,
  inChunks,
  numbered,
  problemOf,
  sha256,
  temporaryFolder,
} from './testing/contents.js';
import { startS3, TEST_CREDENTIALS, type TestS3 } from './testing/s3.js';

let s3: TestS3;
let opened = 0;

beforeAll(async () => {
  for (const [name, value] of Object.entries(TEST_CREDENTIALS)) vi.stubEnv(name, value);
  s3 = await startS3();
});
afterAll(() => s3.close());

const places = {
  folder: async () => openBlobs({ kind: 'folder', folder: await temporaryFolder() }),
  S3: async () => openBlobs(s3.place(`place-${opened++}`)),
};

const part = fc
  .stringMatching(/^[A-Za-z0-9._-]{1,12}$/)
  .filter((text) => text !== '.' && text !== '..' && !text.includes('._S3rver_'));
const keys = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

const keysOf = async (blobs: Blobs, beginning = ''): Promise<string[]> =>
  (await all(blobs.list(beginning))).map(({ key }) => key).sort();

describe.each(Object.entries(places))('blobs in a place of kind %s', (kind, place) => {
  async function open(): Promise<Blobs> {
    const blobs = await place();
    onTestFinished(() => blobs.close());
    return blobs;
  }

  it('give what was put, in whatever chunks it came, by every way of reading', async () => {
    const blobs = await open();
    const folder = await temporaryFolder();
    const content = fc.uint8Array({ maxLength: 2000 });
    const sizes = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(keys, content, sizes, fc.boolean(), async (key, bytes, chunks, told) => {
        const stored = { key, bytes: bytes.length, sha256: sha256(bytes) };
        const options = { ...BINARY, overwrite: true, ...(told && { sha256: stored.sha256 }) };
        expect(await blobs.put(key, Readable.from(inChunks(bytes, chunks)), options)).toEqual(stored);
        expect(await blobs.stat(key)).toEqual({ ...stored, ...BINARY });
        expect(await collected(await blobs.get(key))).toEqual(Buffer.from(bytes));
        expect(await blobs.read(key, { maxBytes: bytes.length })).toEqual(Buffer.from(bytes));
        expect(await blobs.fetchTo(key, join(folder, 'file'))).toEqual({ ...stored, ...BINARY });
        expect(await readFile(join(folder, 'file'))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 40 },
    );
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('are listed by the beginning of their keys, and are gone when removed', async () => {
    const blobs = await open();
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(keys, { maxLength: 8 }), async (names) => {
        for (const key of names) await blobs.put(key, Buffer.from(key), BINARY);
        const sorted = [...names].sort();
        const found = await all(blobs.list(''));
        expect(found.sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
          sorted.map((key) => ({ key, bytes: key.length })),
        );
        for (const key of names) {
          const beginning = key.slice(0, Math.ceil(key.length / 2));
          expect(await keysOf(blobs, beginning)).toEqual(sorted.filter((name) => name.startsWith(beginning)));
        }
        for (const key of names) await blobs.remove(key);
        expect(await all(blobs.list(''))).toEqual([]);
        for (const key of names) expect(await blobs.stat(key)).toBeNull();
      }),
      { numRuns: 12 },
    );
    await blobs.remove('never/was');
  });

  it('hold a key and longer keys below it, side by side', async () => {
    const blobs = await open();
    const names = ['a', 'a/b', 'a/b/c', 'a-b', 'a.b'];
    for (const key of names) await blobs.put(key, Buffer.from(key), BINARY);
    for (const key of names) expect(`${await blobs.read(key, { maxBytes: 9 })}`).toBe(key);
    await blobs.remove('a/b');
    expect(await keysOf(blobs)).toEqual(['a', 'a-b', 'a.b', 'a/b/c']);
  });

  it('stay as they are under the same content, and are replaced by another only when asked', async () => {
    const blobs = await open();
    const [one, other] = [Buffer.from('one'), Buffer.from('another')];
    const stored = await blobs.put('key', one, BINARY);
    const again = { ...BINARY, contentType: 'text/plain' };
    expect(await blobs.put('key', one, again)).toEqual(stored);
    expect(await blobs.put('key', inChunks(one, [2]), again)).toEqual(stored);
    expect((await blobs.stat('key'))?.contentType).toBe(BINARY.contentType);
    for (const source of [other, inChunks(other, [2])]) {
      expect(await problemOf(blobs.put('key', source, BINARY))).toMatchObject({
        problem: 'conflict',
        message: expect.stringMatching(/^key in .* already holds other content.*overwrite/),
      });
    }
    expect(await blobs.read('key', { maxBytes: 9 })).toEqual(one);
    await blobs.put('key', other, { ...BINARY, overwrite: true });
    expect(await blobs.read('key', { maxBytes: 9 })).toEqual(other);
  });

  it('are of one content when many put many at once, and those who are told so have it', async () => {
    const blobs = await open();
    const contents = Array.from({ length: 6 }, (_, i) => numbered(4000 + (i % 3), i % 3));
    const results = await Promise.allSettled(contents.map((bytes) => blobs.put('race', bytes, BINARY)));
    const kept = sha256(await blobs.read('race', { maxBytes: 5000 }));
    const told = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.sha256] : []));
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told)).toEqual(new Set([kept]));
    expect((await all(blobs.list(''))).length).toBe(1);
  });

  it('leave nothing of a stream that fails, is too large or is not what was announced', async () => {
    const blobs = await open();
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield numbered(3000);
      throw new Error('the sender went away');
    };
    await expect(blobs.put('k', broken(), BINARY)).rejects.toThrow('the sender went away');
    await expect(blobs.put('k', broken(), { ...BINARY, sha256: '0'.repeat(64) })).rejects.toThrow(
      'went away',
    );
    const wrong = blobs.put('k', inChunks(numbered(3000), [999]), { ...BINARY, sha256: '0'.repeat(64) });
    expect(await problemOf(wrong)).toMatchObject({
      problem: 'damaged',
      message: expect.stringContaining(`has the SHA-256 ${sha256(numbered(3000))} instead of 000`),
    });
    expect((await problemOf(blobs.put('k', numbered(101), { ...BINARY, maxBytes: 100 }))).problem).toBe(
      'size',
    );
    let given = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (; ; given++) yield numbered(50);
    };
    expect(await problemOf(blobs.put('k', endless(), { ...BINARY, maxBytes: 100 }))).toMatchObject({
      problem: 'size',
      message: expect.stringMatching(/^k in .* larger than the 100 bytes/),
    });
    expect(given).toBe(2);
    const texts = Readable.from(['text']) as AsyncIterable<Uint8Array>;
    expect((await problemOf(blobs.put('k', texts, BINARY))).message).toMatch(/not bytes/);
    expect(await blobs.stat('k')).toBeNull();
    expect(await all(blobs.list(''))).toEqual([]);
    expect(await s3.openUploads()).toEqual([]);
  });

  it('destroy a stream that nobody needs', async () => {
    const blobs = await open();
    const bytes = numbered(3000);
    await blobs.put('key', bytes, BINARY);
    const same = Readable.from(inChunks(bytes, [10]));
    await blobs.put('key', same, { ...BINARY, sha256: sha256(bytes) });
    expect(same.destroyed).toBe(true);
    const nowhere = Readable.from(inChunks(bytes, [10]));
    await problemOf(blobs.put('../key', nowhere, BINARY));
    expect(nowhere.destroyed).toBe(true);
  });

  it('named by their content are found by it, from bytes and from files', async () => {
    const blobs = await open();
    const bytes = numbered(70_000);
    const path = join(await temporaryFolder(), 'model');
    await writeFile(path, bytes);
    const sum = sha256(bytes);
    const stored = { key: `sha256/${sum.slice(0, 2)}/${sum}`, bytes: bytes.length, sha256: sum };
    expect(await blobs.putContent(path, BINARY)).toEqual(stored);
    expect(await blobs.putContent(bytes, BINARY)).toEqual(stored);
    expect(await blobs.read(stored.key, { maxBytes: 1e6 })).toEqual(bytes);
    const missing = await problemOf(blobs.putContent(`${path}.none`, BINARY));
    expect(missing).toMatchObject({ problem: 'place', message: expect.stringContaining(`${path}.none`) });
  });

  it('that are missing, too large or asked for wrongly are told of in a sentence', async () => {
    const blobs = await open();
    const target = join(await temporaryFolder(), 'file');
    const uses = [
      () => blobs.get('no/key'),
      () => blobs.read('no/key', { maxBytes: 1 }),
      () => blobs.fetchTo('no/key', target),
    ];
    for (const use of uses) {
      expect(await problemOf(use())).toMatchObject({
        problem: 'missing',
        message: expect.stringMatching(/^there is no blob no\/key in /),
      });
    }
    await blobs.put('key', numbered(10), BINARY);
    expect((await problemOf(blobs.read('key', { maxBytes: 9 }))).problem).toBe('size');
    expect((await problemOf(blobs.read('key', { maxBytes: -1 }))).problem).toBe('key');
    expect((await problemOf(blobs.put('key', numbered(1), { contentType: 'a/b\nx: y' }))).problem).toBe(
      'key',
    );
    expect((await problemOf(blobs.put('key', numbered(1), { ...BINARY, sha256: 'F00' }))).problem).toBe(
      'key',
    );
    await writeFile(target, 'in the way');
    const below = await problemOf(blobs.fetchTo('key', join(target, 'below')));
    expect(below).toMatchObject({ problem: 'place', message: expect.stringContaining(target) });
  });

  it('carry large content in either direction, and give up a stream in the middle', async () => {
    const blobs = await open();
    const bytes = numbered(20 * 2 ** 20);
    const folder = await temporaryFolder();
    const before = s3.requests.length;
    await blobs.put('large', inChunks(bytes, [1_000_003]), BINARY);
    await blobs.put('told', inChunks(bytes, [65_536]), { ...BINARY, sha256: sha256(bytes) });
    const parts = s3.requests.slice(before).filter((line) => line.includes('partNumber='));
    expect(parts.length).toBe(kind === 'S3' ? 6 : 0);
    for (const key of ['large', 'told']) {
      await blobs.fetchTo(key, join(folder, key));
      expect(sha256(await readFile(join(folder, key)))).toBe(sha256(bytes));
    }
    for await (const chunk of await blobs.get('large')) {
      expect((chunk as Buffer).length).toBeGreaterThan(0);
      break;
    }
    const unread = await blobs.get('large');
    const closed = new Promise((resolve) => void unread.once('close', resolve));
    unread.destroy();
    await closed;
    expect(await s3.openUploads()).toEqual([]);
  });

  it('take no key that could lead out of the place', async () => {
    const blobs = await open();
    const bad = [
      '',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      'a/../b',
      'a/.',
      'a\\b',
      'a b',
      'ä',
      'a\0',
      'x'.repeat(513),
    ];
    for (const key of bad) {
      for (const use of [
        () => blobs.put(key, Buffer.from('x'), BINARY),
        () => blobs.get(key),
        () => blobs.read(key, { maxBytes: 1 }),
        () => blobs.stat(key),
        () => blobs.remove(key),
        () => blobs.fetchTo(key, 'nowhere'),
      ]) {
        expect(await problemOf(use())).toMatchObject({
          problem: 'key',
          message: expect.stringMatching(/is not a valid key/),
        });
      }
    }
    expect(() => blobs.list('../')).toThrow(/is not a valid key prefix/);
    expect(await all(blobs.list(''))).toEqual([]);
  });
});
