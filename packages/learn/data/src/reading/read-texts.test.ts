import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readDataset } from './read.js';
import { readTexts } from '../readers/table.js';
import { folderWith, readFileOf as read } from '../testing/datasets.js';

const sentences = Array.from({ length: 12 }, (_, i) => `sentence ${i} of some words`);
const labels = sentences.map((_, i) => (i % 2 === 0 ? 'good' : 'bad'));
const rowsOf = (separator: string): string[] => sentences.map((text, i) => `${labels[i]}${separator}${text}`);

describe('tables of texts', () => {
  it.each<[string, string, string | Uint8Array]>([
    ['CSV', 'a.csv', ['label,text', ...rowsOf(',')].join('\n')],
    ['TSV', 'a.tsv', ['label\ttext', ...rowsOf('\t')].join('\n')],
    ['JSONL', 'a.jsonl', sentences.map((text, i) => JSON.stringify({ text, label: labels[i] })).join('\n')],
    [
      'Parquet',
      'a.parquet',
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'text', data: sentences },
            { name: 'label', data: labels },
          ],
        }),
      ),
    ],
  ])('are read from %s, and their guesses shown', async (_, name, content) => {
    const { modality, classes, examples, notes } = await read(name, content);
    expect({ modality, classes }).toEqual({ modality: 'text', classes: ['bad', 'good'] });
    expect(examples.map(({ content: one }) => one)).toEqual(
      sentences.map((text) => ({ kind: 'text', text })),
    );
    expect(new Set(examples.map(({ id }) => id)).size).toBe(12);
    expect(notes).toEqual([
      'Guessed that column "text" is the text.',
      'Guessed that column "label" is the label.',
    ]);
  });

  it('take the column with the most words where no name tells, and the named one before all', async () => {
    const content = ['a,b,class', ...sentences.map((text, i) => `${i},${text},${labels[i]}`)].join('\n');
    expect((await read('t.csv', content)).examples[1]?.content).toEqual({ kind: 'text', text: sentences[1] });
    const named = await read('t.csv', content, { textColumn: 'a', labelColumn: 'class' });
    expect(named.examples[1]?.content).toEqual({ kind: 'text', text: '1' });
    expect(named.notes).toEqual([]);
  });

  it('keep the text as it is written', async () => {
    const content = ['label,text', 'good,"  Two\nlines, and ""quotes""  "', ...rowsOf(',')].join('\n');
    const [first] = (await read('t.csv', content)).examples;
    expect(first?.content).toEqual({ kind: 'text', text: '  Two\nlines, and "quotes"  ' });
  });

  it('have quotes that do not pair up, in TSV', async () => {
    const content = ['label\ttext', 'good\t"an open quote', ...rowsOf('\t')].join('\n');
    const { examples, notes } = await read('t.tsv', content);
    expect(examples).toHaveLength(13);
    expect(examples[0]?.content).toEqual({ kind: 'text', text: '"an open quote' });
    expect(notes[0]).toMatch(/Read quotes as plain characters/);
  });

  it('lie in a folder, one a split or one alone', async () => {
    const table = ['label\ttext', ...rowsOf('\t')].join('\n');
    const split = await readDataset(
      await folderWith({ 'train.tsv': table, 'dev.tsv': table, 'test.tsv': table, LICENSE: '' }),
    );
    expect(split.examples).toHaveLength(36);
    expect(split.examples.filter((one) => one.split === 'validation')).toHaveLength(12);
    expect(split.notes[0]).toBe("Kept the dataset's own splits: dev.tsv, test.tsv, train.tsv.");
    expect((await readDataset(await folderWith({ 'all.tsv': table }))).examples).toHaveLength(12);
    const clash = readDataset(await folderWith({ 'dev.tsv': table, 'validation.tsv': table }));
    await expect(clash).rejects.toThrow(/two tables for the validation split/);
  });

  it('are read without labels to be classified', async () => {
    const root = await folderWith({
      'a.csv': ['id,message', ...sentences.map((text, i) => `${i},${text}`)].join('\n'),
    });
    const texts = await readTexts(join(root, 'a.csv'), undefined);
    expect(texts[1]).toEqual({ id: 'a.csv:3', text: sentences[1] });
    await expect(readTexts(join(root, 'a.csv'), 'body')).rejects.toThrow(/has no column "body"/);
  });

  it('refuse Parquet whose column holds structures', async () => {
    const content = parquetWriteBuffer({
      columnData: [
        { name: 'audio', data: sentences.map((text) => ({ bytes: text })), type: 'JSON' },
        { name: 'label', data: labels },
      ],
    });
    await expect(read('a.parquet', new Uint8Array(content))).rejects.toThrow(
      /"audio" holds structures or bytes/,
    );
  });
});

describe('folders', () => {
  const files = (extension: string, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(
      names.map((name) => [`${name.split('_')[0]}/${name}.${extension}`, `text of ${name}`]),
    );
  const named = ['7', '8'].flatMap((label) =>
    ['jan', 'mia'].flatMap((speaker) => Array.from({ length: 6 }, (_, i) => `${label}_${speaker}_${i}`)),
  );

  it('hold recordings or texts by the endings of their files', async () => {
    const sounds = await readDataset(await folderWith({ ...files('wav', named), 'README.txt': '' }));
    expect(sounds.modality).toBe('audio');
    const texts = await readDataset(await folderWith(files('txt', named)));
    expect(texts.modality).toBe('text');
    expect(texts.examples[0]?.content).toEqual({ kind: 'text', text: 'text of 7_jan_0' });
    const mixed = await readDataset(await folderWith({ ...files('wav', named), '7/cover.png': '' }));
    expect(mixed.notes[0]).toBe('Ignored 1 image: most files are recordings (24).');
  });

  it('have groups in a part of the file names that a word asks for', async () => {
    const root = await folderWith(files('flac', named));
    const { examples, notes } = await readDataset(root, { groupPattern: 'speaker' });
    expect(new Set(examples.map(({ group }) => group))).toEqual(new Set(['jan', 'mia']));
    expect(notes).toContain(
      'Guessed that part 2 of the file names (jan, mia, ...) is the speaker: 2 groups.',
    );
    const twice = await folderWith(
      files(
        'wav',
        named.map((name, i) => `${name}_${i % 3 === 0 ? 'in' : 'out'}`),
      ),
    );
    await expect(readDataset(twice, { groupPattern: 'speaker' })).rejects.toThrow(
      /several parts of the file names could be it/,
    );
  });

  it('have groups in a column of that name', async () => {
    const content = ['label,text,team', ...sentences.map((text, i) => `${labels[i]},${text},t${i % 3}`)].join(
      '\n',
    );
    const { examples } = await read('t.csv', content, { groupPattern: 'team' });
    expect(examples.map(({ group }) => group).slice(0, 4)).toEqual(['t0', 't1', 't2', 't0']);
  });
});

describe('a Parquet file that is damaged', () => {
  const whole = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: Array.from({ length: 40 }, (_, i) => `a text ${i}`), type: 'STRING' },
        { name: 'label', data: Array.from({ length: 40 }, (_, i) => `class ${i % 2}`), type: 'STRING' },
      ],
      rowGroupSize: 20,
    }),
  );

  const flipped = (...flips: readonly (readonly [at: number, by: number])[]): Uint8Array => {
    const damaged = Uint8Array.from(whole);
    for (const [at, by] of flips) damaged[at] = (damaged[at] as number) ^ by;
    return damaged;
  };
  const refusal = expect.objectContaining({
    name: 'DatasetError',
    message: expect.stringMatching(/is not a Parquet file, or it is damaged/) as string,
  }) as unknown;

  it('is refused also where it says that it holds billions of values', async () => {
    vi.stubEnv('ESPALIER_READ_SECONDS', '4');
    onTestFinished(() => void vi.unstubAllEnvs());
    // In the header of a page.
    await expect(read('a.parquet', flipped([22, 212]))).rejects.toEqual(refusal);
    expect((await read('a.parquet', whole)).examples).toHaveLength(40);
  });

  it('is refused, and ends nothing, where several columns are', async () => {
    const damaged = flipped(...Array.from({ length: 12 }, (_, i) => [40 + 50 * i, 255] as const));
    vi.stubEnv('ESPALIER_READ_SECONDS', '4');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(read('a.parquet', damaged)).rejects.toEqual(refusal);
  });
});
