import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePictures, writeTexts, writeTones } from '@espalier/data/testing';
import { describe, expect, it } from 'vitest';
import { createExampleReader } from '../index.js';
import { temporaryFolder } from '../test-fixtures.js';

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
    const reader = createExampleReader();
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
    await expect(reader.content(place, 'plain/1.png')).rejects.toThrow(/not where it was/);
  });

  it('of texts is the text, of recordings the file by its content', async () => {
    const root = temporaryFolder();
    const reader = createExampleReader();
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
    await expect(reader.content(place, 'a/0.wav')).rejects.toThrow(/no recording by its content/);
  });
});
