import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUploads, uploadKey, type Upload, type Uploads } from '../index.js';
import { folderBlobs, openFixture, temporaryFolder, type Fixture } from '../testing/fixtures.js';

const PART = 1000;
let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const contentOf = (bytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + (i >> 8)) % 251));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const partOf = (content: Buffer, part: number): Buffer => content.subarray(part * PART, (part + 1) * PART);

const uploadsIn = (folder: string): Uploads =>
  createUploads({ database: fixture.database, blobs: folderBlobs(folder), partBytes: PART });

async function begin(
  uploads: Uploads,
  bytes: number,
  more: { sha256?: string; name?: string } = {},
): Promise<Upload> {
  const { id } = await uploads.begin({ projectId: fixture.projectId, name: 'pets.zip', bytes, ...more });
  return (await uploads.find(id, fixture.organizationId)) as Upload;
}

const put = (uploads: Uploads, upload: Upload, content: Buffer, part: number): Promise<void> =>
  uploads.putPart(upload, part, Readable.from([partOf(content, part)]), {
    bytes: partOf(content, part).length,
  });

describe('an upload', () => {
  it('comes in any order, parts again and again, over restarts, and is whole in the end', async () => {
    const folder = temporaryFolder();
    const scenario = fc.record({
      bytes: fc.integer({ min: 1, max: 5 * PART }),
      order: fc.array(fc.nat(1000), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ bytes, order }) => {
        const content = contentOf(bytes);
        const upload = await begin(uploadsIn(folder), bytes, { sha256: sha256(content) });
        const count = Math.ceil(bytes / PART);
        const sent = new Set<number>();
        for (const number of order) {
          // Each in a process of its own, as far as what is remembered goes.
          await put(uploadsIn(folder), upload, content, number % count);
          sent.add(number % count);
        }
        const uploads = uploadsIn(folder);
        const there = [...sent].sort((a, b) => a - b);
        expect(await uploads.status(upload)).toMatchObject({ parts: count, partBytes: PART, there });
        if (sent.size < count)
          await expect(uploads.assemble(upload)).rejects.toMatchObject({ problem: 'incomplete' });
        for (let part = 0; part < count; part++)
          if (!sent.has(part)) await put(uploads, upload, content, part);
        const stored = await uploads.assemble(upload);
        expect(stored).toMatchObject({ bytes, sha256: sha256(content), key: uploadKey(upload) });
        expect(await uploads.assemble(upload)).toEqual(stored);
        await uploads.discard(upload);
        expect(await uploads.find(upload.id, fixture.organizationId)).toBeNull();
        expect((await folderBlobs(folder).stat(stored.key))?.bytes).toBe(bytes);
      }),
      { numRuns: 25 },
    );
  });

  it('takes no part that is none of it, or not as large as it says', async () => {
    const uploads = uploadsIn(temporaryFolder());
    const content = contentOf(2 * PART + 1);
    const upload = await begin(uploads, content.length);
    const send = (part: number, bytes: number, body = contentOf(bytes)): Promise<void> =>
      uploads.putPart(upload, part, Readable.from([body]), { bytes });
    for (const part of [-1, 3, 0.5, NaN])
      await expect(send(part, PART)).rejects.toMatchObject({ problem: 'invalid' });
    await expect(send(0, PART - 1)).rejects.toMatchObject({ problem: 'size' });
    await expect(send(2, PART)).rejects.toMatchObject({ problem: 'size' });
    await expect(send(0, PART, contentOf(PART - 1))).rejects.toMatchObject({ problem: 'size' });
    await expect(send(0, PART, contentOf(PART + 1))).rejects.toMatchObject({ problem: 'size' });
    expect((await uploads.status(upload)).there).toEqual([]);
    await send(0, PART);
    await expect(send(0, PART, Buffer.alloc(PART))).rejects.toMatchObject({ problem: 'conflict' });
    await expect(
      uploads.putPart(upload, 1, Readable.from([contentOf(PART)]), { bytes: PART, sha256: '0'.repeat(64) }),
    ).rejects.toMatchObject({ problem: 'damaged' });
    expect((await uploads.status(upload)).there).toEqual([0]);
  });

  it('keeps nothing of a part that broke off', async () => {
    const uploads = uploadsIn(temporaryFolder());
    const upload = await begin(uploads, PART);
    const broken = Readable.from(
      (function* () {
        yield contentOf(10);
        throw new Error('the connection is gone');
      })(),
    );
    await expect(uploads.putPart(upload, 0, broken, { bytes: PART })).rejects.toThrow(/connection is gone/);
    expect((await uploads.status(upload)).there).toEqual([]);
  });

  it('is refused where the whole is not what was told of', async () => {
    const uploads = uploadsIn(temporaryFolder());
    const upload = await begin(uploads, PART, { sha256: 'a'.repeat(64) });
    await put(uploads, upload, contentOf(PART), 0);
    await expect(uploads.assemble(upload)).rejects.toThrow(/its SHA-256 differs/);
  });

  it('is refused by its name or size', async () => {
    const uploads = uploadsIn(temporaryFolder());
    const { projectId } = fixture;
    for (const name of [
      'a.exe',
      '../a.zip',
      'a/b.zip',
      'a\\b.zip',
      'a\0.zip',
      'zip',
      `${'x'.repeat(300)}.zip`,
    ]) {
      await expect(uploads.begin({ projectId, name, bytes: 1 }), name).rejects.toMatchObject({
        problem: 'invalid',
      });
    }
    for (const bytes of [0, -1, 1.5, 2 ** 40]) {
      await expect(uploads.begin({ projectId, name: 'a.zip', bytes })).rejects.toMatchObject({
        problem: 'size',
      });
    }
  });

  it('is nobody else’s, and swept when nothing has come for a day', async () => {
    const folder = temporaryFolder();
    const uploads = uploadsIn(folder);
    const [old, fresh] = [await begin(uploads, PART), await begin(uploads, PART)];
    for (const upload of [old, fresh]) await put(uploads, upload, contentOf(PART), 0);
    expect(await uploads.find(old.id, 'another')).toBeNull();
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await fixture.database.client.upload.update({ where: { id: old.id }, data: { updatedAt: yesterday } });
    expect(await uploads.sweep()).toBe(1);
    expect(await uploads.find(old.id, fixture.organizationId)).toBeNull();
    const keys: string[] = [];
    for await (const { key } of folderBlobs(folder).list('')) keys.push(key);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toContain(join('uploads', fresh.id));
  });

  it('stays within what the project may have, also where two begin at once', async () => {
    const uploads = createUploads({
      ...{ database: fixture.database, blobs: folderBlobs(temporaryFolder()), partBytes: PART },
      uploadBytes: 10 * PART,
    });
    const { organizationId } = fixture;
    const { id: projectId } = await fixture.database.client.project.create({
      data: { organizationId, name: 'Q', slug: 'q' },
    });
    const start = (bytes: number) => uploads.begin({ projectId, name: 'pets.zip', bytes });
    const both = await Promise.allSettled([start(6 * PART), start(6 * PART)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(start(5 * PART)).rejects.toThrow(
      /uploads of the project may have at most 9.8 KiB together, and with this one they would have 10.7 KiB; remove a dataset/,
    );
    await start(4 * PART);
    const { project, artifact } = fixture.database.client;
    await project.update({ where: { id: projectId }, data: { uploadLimit: 12 * PART } });
    await start(PART);
    const key = `organizations/${organizationId}/projects/${projectId}/datasets/u.zip`;
    await artifact.create({
      data: { projectId, key, sha256: '', bytes: PART, contentType: 'application/zip' },
    });
    await expect(start(1)).rejects.toMatchObject({ problem: 'quota' });
  });
});
