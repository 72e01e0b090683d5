import { mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePictures, writeTexts, writeTones } from '@espalier/data/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createExampleReader, type ExampleReader, type ExampleReaderOptions } from '../index.js';
import { temporaryFolder } from '../testing/fixtures.js';
import { sweepThumbnails } from './thumbnails.js';

const thumbnailsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.webp'));

function openReader(options: ExampleReaderOptions = {}): ExampleReader {
  const reader = createExampleReader({ thumbnails: join(temporaryFolder(), 'thumbnails'), ...options });
  onTestFinished(() => reader.close());
  return reader;
}

/** Limits of a server, and smaller ones. */
const allowing = (seconds: number, memoryBytes: number = 2 ** 31) => ({ read: { seconds, memoryBytes } });

const foreign = [
  '../secret.png',
  '/etc/passwd',
  'stripes/../../secret.png',
  'stripes/0.png\0',
  'none.png',
  '',
  '.',
  'stripes',
];

describe('one example', () => {
  it('of pictures is drawn again, and nothing else of the machine is shown', async () => {
    const root = temporaryFolder();
    const path = join(root, 'pictures');
    await writePictures(path, 5);
    await writePictures(join(root, 'other'), 1);
    const reader = openReader();
    const place = { path, options: {} };
    const found = await reader.content(place, 'stripes/0.png');
    expect(found).toMatchObject({ kind: 'picture', contentType: 'image/webp' });
    expect(found.kind === 'picture' && Buffer.from(found.bytes.subarray(8, 12)).toString()).toBe('WEBP');
    for (const id of foreign)
      await expect(reader.content(place, id), id).rejects.toMatchObject({ problem: 'missing' });
    // A link that came after the list was read.
    rmSync(join(path, 'spots', '0.png'));
    symlinkSync(join(root, 'other', 'spots', '0.png'), join(path, 'spots', '0.png'));
    await expect(reader.content(place, 'spots/0.png')).rejects.toMatchObject({ problem: 'missing' });
    // What is no picture is not shown as one, whatever its name.
    writeFileSync(
      join(path, 'plain', '0.png'),
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    );
    await expect(reader.content(place, 'plain/0.png')).rejects.toMatchObject({ name: 'ImageError' });
    renameSync(path, join(root, 'gone'));
    await expect(reader.content(place, 'plain/1.png')).rejects.toThrow(/moved or removed/);
  });

  it('of texts is the text, of recordings the file by its content', async () => {
    const root = temporaryFolder();
    const reader = openReader();
    await writeTexts(join(root, 'texts.csv'), 5);
    const text = await reader.content({ path: join(root, 'texts.csv'), options: {} }, 'texts.csv:2');
    expect(text).toMatchObject({ kind: 'text', text: expect.stringMatching(/\w+ \w+/) as string });
    const sounds = join(root, 'sounds');
    for (const kind of ['a', 'b']) {
      mkdirSync(join(sounds, kind), { recursive: true });
      for (let i = 0; i < 5; i++) await writeTones(join(sounds, kind, `${i}.wav`), i);
    }
    writeFileSync(join(sounds, 'a', '0.wav'), '<html><script>alert(1)</script></html>');
    const place = { path: sounds, options: {} };
    expect(await reader.content(place, 'a/1.wav')).toMatchObject({
      kind: 'recording',
      contentType: 'audio/wav',
      bytes: 32_044,
    });
    await expect(reader.content(place, 'a/0.wav')).rejects.toThrow(
      /the content of the file is not a recording/,
    );
  });

  it('of pictures is drawn once, and kept until other pictures need the room', async () => {
    const root = temporaryFolder();
    const [path, thumbnails] = [join(root, 'pictures'), join(root, 'thumbnails')];
    await writePictures(path, 5);
    const first = await openReader({ thumbnails }).content({ path, options: {} }, 'plain/0.png');
    const [name = ''] = thumbnailsIn(thumbnails);
    writeFileSync(join(thumbnails, name), 'as it was kept');
    // A server that was started again finds it.
    const reader = openReader({ thumbnails });
    const again = await reader.content({ path, options: {} }, 'plain/0.png');
    expect(again.kind === 'picture' && Buffer.from(again.bytes).toString()).toBe('as it was kept');
    // The picture itself was changed.
    await writePictures(join(root, 'others'), 5, 9);
    renameSync(join(root, 'others', 'stripes', '0.png'), join(path, 'plain', '0.png'));
    expect(await reader.content({ path, options: {} }, 'plain/0.png')).not.toEqual(again);
    expect(first.kind).toBe('picture');
    expect(thumbnailsIn(thumbnails)).toHaveLength(2);
    const sizes = thumbnailsIn(thumbnails).map((one) => statSync(join(thumbnails, one)).size);
    await sweepThumbnails(thumbnails, Math.max(...sizes));
    expect(thumbnailsIn(thumbnails)).not.toContain(name);
    expect(thumbnailsIn(thumbnails)).toHaveLength(1);
  });

  it('of a dataset that takes too long or too much is refused, and the others are given', async () => {
    const root = temporaryFolder();
    await writeTexts(join(root, 'texts.csv'), 5);
    writeFileSync(join(root, 'long.csv'), `text,label\n${'a,b\n'.repeat(1_900_000)}`);
    const place = { path: join(root, 'long.csv'), options: {} };
    const slow = openReader({ limits: allowing(0.05) });
    await expect(slow.content(place, 'long.csv:2')).rejects.toThrow(
      /took more than 0.05 seconds; split the dataset/,
    );
    const narrow = openReader({ limits: allowing(120, 300 * 2 ** 20) });
    await expect(narrow.content(place, 'long.csv:2')).rejects.toThrow(
      /reading the dataset took more .*memory.*; split the dataset/,
    );
    // Nothing is started again for the same file.
    await expect(narrow.content(place, 'long.csv:3')).rejects.toMatchObject({ problem: 'failed' });
    const other = await narrow.content({ path: join(root, 'texts.csv'), options: {} }, 'texts.csv:2');
    expect(other.kind).toBe('text');
  });

  it('waits in a queue that has an end', async () => {
    const root = temporaryFolder();
    await writeTexts(join(root, 'texts.csv'), 5);
    const reader = openReader();
    const place = { path: join(root, 'texts.csv'), options: {} };
    const asked = await Promise.allSettled(
      Array.from({ length: 400 }, () => reader.content(place, 'texts.csv:2')),
    );
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(200);
    expect(refused[0]).toMatchObject({ problem: 'busy' });
  });
});
