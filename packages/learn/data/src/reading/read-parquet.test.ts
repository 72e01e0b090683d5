import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { wav16, melody } from '../testing/recordings.js';
import { DatasetError } from '../errors.js';
import { readDataset } from './read.js';
import { scanDataset } from './scan.js';
import { folderWith, scene } from '../testing/datasets.js';

const labels = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 'cat' : 'dog'));
const pictures = await Promise.all(labels.map((_, i) => scene(i, 40, 30).png().toBuffer()));

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
const written = (columnData: Columns): Uint8Array => new Uint8Array(parquetWriteBuffer({ columnData }));
const pathOf = async (content: Uint8Array): Promise<string> =>
  join(await folderWith({ 'a.parquet': content }), 'a.parquet');

describe('a Parquet table', () => {
  it.each([
    ['pictures', 'image', pictures],
    ['recordings', 'audio', labels.map((_, i) => wav16(melody(i, 8000, 1), 8000))],
  ] as const)('may hold its %s', async (_, modality, media) => {
    const content = written([
      { name: 'content', data: media.map((bytes) => new Uint8Array(bytes)), type: 'BYTE_ARRAY' },
      { name: 'label', data: labels, type: 'STRING' },
    ]);
    const dataset = await readDataset(await pathOf(content));
    expect(dataset.modality).toBe(modality);
    expect(dataset.notes[0]).toBe(`Guessed that column "content" is the ${modality}.`);
    const { examples, corrupt } = await scanDataset(dataset);
    expect(corrupt).toEqual([]);
    expect(examples).toHaveLength(12);
    expect(examples[3]?.content).toEqual({ kind: 'bytes', bytes: new Uint8Array(media[3] as Uint8Array) });
  });

  it('may hold texts that are not marked as such', async () => {
    const texts = labels.map((label, i) => `a ${label} of some words, ${i}`);
    const content = written([
      { name: 'text', data: texts.map((text) => new TextEncoder().encode(text)), type: 'BYTE_ARRAY' },
      { name: 'label', data: labels, type: 'STRING' },
    ]);
    const { examples } = await readDataset(await pathOf(content));
    expect(examples[0]?.content).toEqual({ kind: 'text', text: texts[0] });
  });

  it.each([
    [
      'version https://git-lfs.github.com/spec/v1\n',
      /is not a Parquet file: it is a Git LFS pointer.*git lfs pull/,
    ],
    ['text,label\na,b\n', /is not a Parquet file, or it is damaged at its beginning\.$/],
    ['PAR1 and then nothing', /is cut short/],
  ])('is told from %j', async (content, reason) => {
    await expect(readDataset(await pathOf(Buffer.from(content)))).rejects.toThrow(reason);
  });

  it('that is cut is refused in our own words, wherever', async () => {
    const content = written([
      { name: 'text', data: labels.map((label, i) => `a ${label} ${i}`), type: 'STRING' },
      { name: 'label', data: labels, type: 'STRING' },
    ]);
    const path = await pathOf(content);
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), async (length) => {
        await writeFile(path, content.subarray(0, length));
        await expect(readDataset(path)).rejects.toThrow(DatasetError);
        await expect(readDataset(path)).rejects.toThrow(/is (cut short|not a Parquet file)/);
      }),
      { numRuns: 30 },
    );
  });

  it('whose columns are none of its schema is refused before any is read', async () => {
    const content = Buffer.from(
      written([
        { name: 'text', data: labels.map((label, i) => `a ${label} ${i}`), type: 'STRING' },
        { name: 'label', data: labels, type: 'STRING' },
      ]),
    );
    content.write('labex', content.indexOf('label'));
    await expect(readDataset(await pathOf(content))).rejects.toThrow(/is damaged: a column is none of those/);
  });
});
