import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTones, writeWav } from '@espalier/data/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { espalier, expectSentence, type CommandResult } from './testing/cli.js';

const root = mkdtempSync(join(tmpdir(), 'espalier-cli-audio-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Tones of two classes, with a speaker in the names, and one file that `spoil` writes. */
async function recordings(name: string, spoil?: (path: string) => Promise<void>): Promise<string> {
  const folder = join(root, name);
  for (const [label, seed] of Object.entries({ high: 1, low: 2 })) {
    await mkdir(join(folder, label), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const speaker = ['ann', 'bob', 'cid', 'dee'][i % 4] as string;
      await writeTones(join(folder, label, `${label}_${speaker}_${i}.wav`), 100 * seed + i);
    }
  }
  await spoil?.(join(folder, 'low', 'low_ann_99.wav'));
  return folder;
}

const searchOn = (dataset: string, out: string, ...more: string[]): Promise<CommandResult> =>
  espalier(
    [
      'search',
      dataset,
      '--out',
      join(root, out),
      '--trials',
      '1',
      '--epochs',
      '1',
      '--no-scratch',
      '--threads',
      '1',
      ...more,
    ],
    root,
  );

let good: string;
beforeAll(async () => {
  good = await recordings('good');
});

describe('a search on recordings', () => {
  it('keeps the speakers apart, and ends with a model that classifies recordings', async () => {
    const { code, out, err } = await searchOn(
      good,
      'study',
      '--group',
      'speaker',
      '--epochs',
      '3',
      '--augment',
      'none',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(
      'Guessed that part 2 of the file names (ann, bob, cid, ...) is the speaker: 4 groups.',
    );
    expect(out).toMatch(/Next: +espalier predict study <recordings>/);
    const predicted = await espalier(['predict', 'study', join(good, 'high')], root);
    expect(predicted.code).toBe(0);
    expect(predicted.out.trim().split('\n')).toHaveLength(12);
  });
});

describe('recordings that cannot be used', () => {
  const lying = async (path: string): Promise<void> => {
    await writeTones(path, 5);
    const bytes = await readFile(path);
    bytes.writeUInt32LE(2 * bytes.length, 40);
    await writeFile(path, bytes);
  };
  it.each<[string, (path: string) => Promise<void>, RegExp]>([
    ['a header that lies', lying, /low\/low_ann_99\.wav \(.*(cut short|missing)/],
    [
      'silence',
      (path) => writeWav(path, new Float32Array(16_000), 16_000),
      /low_ann_99\.wav \(it holds nothing but silence\)/,
    ],
    ['an empty file', (path) => writeFile(path, ''), /low_ann_99\.wav \(the file is empty\)/],
    ['no recording', (path) => writeFile(path, 'a text'), /low_ann_99\.wav \(.*\)/],
  ])('are refused in a sentence: %s', async (name, spoil, message) => {
    const folder = await recordings(name.replaceAll(' ', '-'), spoil);
    const ended = await searchOn(folder, `out ${name}`, '--max-corrupt', '0');
    expectSentence(ended, /1 of the 25 recordings of .* cannot be read/);
    expectSentence(ended, message);
    expect(existsSync(join(root, `out ${name}`))).toBe(false);
  });

  it('are refused where no part of their names can be the group', async () => {
    const folder = join(root, 'plain');
    for (const label of ['a', 'b']) {
      await mkdir(join(folder, label), { recursive: true });
      for (let i = 0; i < 6; i++) await writeTones(join(folder, label, `${i}.wav`), i);
    }
    expectSentence(
      await searchOn(folder, 'plain-out', '--group', 'speaker'),
      /"speaker" is no column and matches no path.*--group/,
    );
  });
});
