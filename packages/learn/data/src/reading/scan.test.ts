import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readDataset } from './read.js';
import { scanDataset } from './scan.js';
import { folderWith, scene } from '../testing/datasets.js';

async function pictures(perClass: number): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const [label, name] of ['cat', 'dog'].entries()) {
    for (let i = 0; i < perClass; i++) {
      files[`${name}/${i}.jpg`] = await scene(label * 100 + i, 40, 30)
        .jpeg()
        .toBuffer();
    }
  }
  return files;
}

describe('scanDataset', () => {
  it('fingerprints every image and counts its progress', async () => {
    const files = await pictures(6);
    const dataset = await readDataset(await folderWith(files));
    const seen: number[] = [];
    const scan = await scanDataset(dataset, { onProgress: (done) => seen.push(done) });
    expect(scan.corrupt).toEqual([]);
    expect(scan.examples.map(({ id }) => id)).toEqual(dataset.examples.map(({ id }) => id));
    for (const { id, contentHash, fingerprint } of scan.examples) {
      expect(contentHash).toBe(
        createHash('sha256')
          .update(files[id] as Uint8Array)
          .digest('hex'),
      );
      expect(fingerprint?.perceptualHash).toMatch(/^[0-9a-f]{16}$/);
      expect(fingerprint?.thumbnail).toMatch(/^[0-9a-f]{128}$/);
    }
    expect(new Set(scan.examples.map(({ fingerprint }) => fingerprint?.perceptualHash)).size).toBe(12);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('names and skips the unreadable ones, up to the limit', async () => {
    const files = await pictures(10);
    files['cat/3.jpg'] = (files['cat/3.jpg'] as Uint8Array).subarray(0, 500);
    files['dog/4.jpg'] = Buffer.from('text');
    const dataset = await readDataset(await folderWith(files));
    const scan = await scanDataset(dataset, { maxCorruptFraction: 0.1 });
    expect(scan.examples.length).toBe(18);
    expect(scan.corrupt).toEqual([
      { id: 'cat/3.jpg', reason: 'the file is cut short or damaged' },
      { id: 'dog/4.jpg', reason: 'its content is not an image' },
    ]);
    await expect(scanDataset(dataset)).rejects.toThrow(
      /^2 of the 20 images .* over the limit of 5 %: cat\/3\.jpg \(the file is cut short or damaged\), dog\/4\.jpg/,
    );
  });

  it('refuses a class that is left with too few', async () => {
    const files = { ...(await pictures(5)), 'cat/0.jpg': 'text' };
    const dataset = await readDataset(await folderWith(files));
    await expect(scanDataset(dataset, { maxCorruptFraction: 0.5 })).rejects.toThrow(
      /unreadable images left out: class "cat" has 4; a class needs at least 5/,
    );
  });

  it('stops when aborted', async () => {
    const dataset = await readDataset(await folderWith(await pictures(5)));
    const controller = new AbortController();
    const scan = scanDataset(dataset, {
      signal: controller.signal,
      concurrency: 1,
      onProgress: (done) => done === 3 && controller.abort(),
    });
    await expect(scan).rejects.toThrow(/abort/);
  });
});
