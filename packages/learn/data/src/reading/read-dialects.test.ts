import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDataset } from './read.js';
import { decodeText } from '../readers/encoding.js';
import { readTexts } from '../readers/table.js';
import { folderWith, readFileOf as read } from '../testing/datasets.js';

const words = ['courier lost the box', 'return the charge', 'password reset please'];
const classes = ['ship', 'refund', 'login'];
const rows = Array.from(
  { length: 18 },
  (_, i) => [`${words[i % 3]} ${i}`, classes[i % 3] as string] as const,
);

const tableOf = (separator: string, header = ['message', 'intent']): string =>
  [header, ...rows].map((cells) => cells.join(separator)).join('\n');

const textsOf = ({ examples }: Awaited<ReturnType<typeof readDataset>>): string[] =>
  examples.map(({ content }) => (content.kind === 'text' ? content.text : ''));

describe('delimiters', () => {
  it.each([
    ['csv', ','],
    ['csv', ';'],
    ['csv', '\t'],
    ['csv', '|'],
    ['tsv', '\t'],
    ['tsv', ','],
    ['tsv', ';'],
  ])('in a .%s may be %j', async (extension, separator) => {
    const dataset = await read(`a.${extension}`, tableOf(separator));
    expect(dataset.classes).toEqual([...classes].sort());
    expect(textsOf(dataset)).toEqual(rows.map(([text]) => text));
  });

  it('are named by a first line of Excel, and lines are counted from it', async () => {
    const dataset = await read('a.csv', `sep=;\r\n${tableOf(';')}`);
    expect(dataset.examples[0]?.id).toBe('a.csv:3');
    expect(dataset.classes).toHaveLength(3);
    await expect(read('a.csv', `sep=;\n${tableOf(';')}\na;b;c`)).rejects.toThrow(
      /line 21: the line has 3 cells/,
    );
  });

  it('are told by all lines, and not by what the texts hold', async () => {
    const content = tableOf(',').replaceAll(' the ', '; the; ');
    expect((await read('a.csv', content)).classes).toHaveLength(3);
    const other = tableOf(';').replaceAll(' the ', ', the, ');
    expect((await read('a.csv', other)).classes).toHaveLength(3);
  });
});

describe('quotes', () => {
  it.each(['5" pipe', '"big" pipe', 'a "b" c', 'he said ""no""'])('as in %s are characters', async (text) => {
    const dataset = await read('a.csv', `${tableOf(',')}\n${text},ship`);
    expect(textsOf(dataset).at(-1)).toBe(text);
    expect(dataset.notes).toContain(
      'Read quotes as plain characters: as quotes of cells they do not pair up.',
    );
  });

  it('never closed are an error in our own words', async () => {
    const failure = read('a.csv', `${tableOf(',')}\n"open,ship`);
    await expect(failure).rejects.toThrow(/the line is malformed \(a quoted cell is never closed\)/);
  });
});

describe('encodings', () => {
  const encoded = (text: string, encoding: 'latin1' | 'utf16le'): Buffer => Buffer.from(text, encoding);

  it('of Windows are read, with a note', async () => {
    const german = tableOf(';').replaceAll('please', 'bitte schön für Müller');
    const dataset = await read('a.csv', encoded(german, 'latin1'));
    expect(textsOf(dataset)[2]).toBe('password reset bitte schön für Müller 2');
    expect(dataset.notes.join()).toMatch(/Read a\.csv as windows-1252, which is a guess/);
  });

  it('of other scripts are guessed', () => {
    const russian = Buffer.from(
      [...'Привет, не могу войти в аккаунт'].map((c) => {
        const code = c.charCodeAt(0);
        return code < 128 ? code : code - 0x410 + 0xc0;
      }),
    );
    expect(decodeText(russian)).toEqual({
      kind: 'text',
      text: 'Привет, не могу войти в аккаунт',
      encoding: 'windows-1251',
    });
  });

  it('of 16 bits are read, with and without a mark, in both orders', async () => {
    const little = encoded(tableOf('\t'), 'utf16le');
    const big = Buffer.from(little).swap16();
    const files = [
      little,
      big,
      Buffer.concat([Buffer.of(255, 254), little]),
      Buffer.concat([Buffer.of(254, 255), big]),
    ];
    for (const file of files) {
      const dataset = await read('a.csv', file);
      expect(textsOf(dataset)).toEqual(rows.map(([text]) => text));
    }
  });

  it('of a folder of texts are guessed from all of them', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`${i % 2}/${i}.txt`, encoded(`schön für Müller ${i}`, 'latin1')]),
    );
    const dataset = await readDataset(await folderWith(files));
    expect(textsOf(dataset)[0]).toBe('schön für Müller 0');
    expect(dataset.notes.join()).toMatch(/12 of 12 files as windows-1252/);
  });

  it('that are mixed are refused with the line, and what is no text with its name', async () => {
    const mixed = Buffer.concat([
      Buffer.from(`${tableOf(',')}\nschön für Müller,ship\n`),
      Buffer.from([0xe9, 0x2c, 0x61]),
    ]);
    await expect(read('a.csv', mixed)).rejects.toThrow(
      /a\.csv, line 21: the line holds bytes that are not UTF-8/,
    );
    const workbook = Buffer.from(`PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml\xff\xfe`, 'latin1');
    await expect(read('a.csv', workbook)).rejects.toThrow(/an Office document, such as an Excel workbook/);
  });

  it('of Unicode come back as they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\ufeff'));
        expect(decodeText(Buffer.from(text))).toMatchObject({ kind: 'text', text, encoding: null });
      }),
    );
  });
});

describe('a header', () => {
  it('that is missing is asked for, and not eaten', async () => {
    const without = tableOf(',').split('\n').slice(1).join('\n');
    await expect(read('a.csv', without)).rejects.toThrow(
      /line 1: is this line an example, or does it name the columns\?.*"ship"/,
    );
    const path = join(await folderWith({ 't.csv': without, 'one.csv': words.join('\n') }));
    await expect(readTexts(join(path, 't.csv'), undefined)).rejects.toThrow(/is this line an example/);
    await expect(readTexts(join(path, 'one.csv'), undefined)).rejects.toThrow(/is this line a text/);
    const named = { textColumn: 'courier lost the box 0', labelColumn: 'ship' };
    expect((await read('a.csv', without, named)).examples).toHaveLength(17);
  });

  it('of unusual names, or of numbers as data frames write them, is one', async () => {
    expect((await read('a.csv', tableOf(',', ['what they wrote', 'team']))).examples).toHaveLength(18);
    expect((await read('a.csv', tableOf(',', ['0', '1']))).examples).toHaveLength(18);
  });
});

describe('one column a class', () => {
  const oneHot = (extra = ''): string =>
    [
      'text,ship,refund,login',
      ...rows.map(
        ([text], i) => `${text},${i % 3 === 0 ? 1 : 0},${i % 3 === 1 ? 1 : 0},${i % 3 === 2 ? 1 : 0}`,
      ),
      extra,
    ].join('\n');

  it('is read where each line has one', async () => {
    const dataset = await read('a.csv', oneHot());
    expect(dataset.classes).toEqual(['login', 'refund', 'ship']);
    expect(dataset.examples.slice(0, 3).map(({ label }) => label)).toEqual([2, 1, 0]);
    expect(dataset.labelsFrom).toBe('the columns "ship", "refund", "login"');
  });

  it.each([
    ['both words,1,0,1', /line 20 has the classes ship, login: this is a multi-label dataset/],
    ['neither word,0,0,0', /line 20 has no class: this is a multi-label dataset/],
  ])('is refused in a sentence where one has not: %s', async (line, reason) => {
    await expect(read('a.csv', oneHot(line))).rejects.toThrow(reason);
  });
});

describe('names of files', () => {
  const pictures = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`train/p${i}.jpg`, `${i}`]));
  const table = (name: (i: number) => string): string =>
    ['id,breed', ...Array.from({ length: 12 }, (_, i) => `${name(i)},${i % 2 === 0 ? 'cat' : 'dog'}`)].join(
      '\n',
    );

  it.each([(i: number) => `p${i}`, (i: number) => `p${i}.jpg`])(
    'without a folder or ending are found',
    async (name) => {
      const root = await folderWith({ ...pictures, 'labels.csv': table(name) });
      const dataset = await readDataset(join(root, 'labels.csv'));
      expect(dataset.examples.map(({ id }) => id)).toEqual(Object.keys(pictures));
      expect(dataset.notes.join()).toMatch(/Found 12 images by name, such as train\/p0\.jpg for p0/);
    },
  );

  it('that two files have are not guessed', async () => {
    const root = await folderWith({ ...pictures, 'old/p3.png': '', 'labels.csv': table((i) => `p${i}`) });
    await expect(readDataset(join(root, 'labels.csv'))).rejects.toThrow(
      /line 5: the line names p3, which may be (old\/p3\.png or train\/p3\.jpg|train\/p3\.jpg or old\/p3\.png)/,
    );
  });
});

describe('lines that cannot be used', () => {
  const pictures = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}.jpg`, `${i}`]));
  const table = (...more: string[]): string =>
    [
      'image,label',
      ...Object.keys(pictures).map((name, i) => `${name},${i % 2 === 0 ? 'cat' : 'dog'}`),
      ...more,
    ].join('\n');
  const lost = table('gone.jpg,cat', ',dog', 'p0.jpg,dog');

  it('are counted and named up to the limit', async () => {
    const root = await folderWith({ ...pictures, 'a.csv': lost });
    await expect(readDataset(join(root, 'a.csv'))).rejects.toThrow(
      /line 22: the line names gone\.jpg, which is not there\. 2 other lines of 23 cannot be used either, over the limit of 5 %/,
    );
    const dataset = await readDataset(join(root, 'a.csv'), { maxCorruptFraction: 0.2 });
    expect(dataset.examples).toHaveLength(20);
    expect(dataset.unusable).toEqual([
      { id: 'a.csv, line 22', reason: 'it names gone.jpg, which is not there' },
      { id: 'a.csv, line 23', reason: 'it has no value in column "image"' },
      { id: 'a.csv, line 24', reason: 'it lists p0.jpg again (first on line 2), as "dog" and not "cat"' },
    ]);
  });

  it('that repeat another are kept once', async () => {
    const root = await folderWith({ ...pictures, 'a.csv': table('p1.jpg,dog') });
    const dataset = await readDataset(join(root, 'a.csv'));
    expect(dataset.examples).toHaveLength(20);
    expect(dataset.notes).toContain('Kept images that are listed twice with the same label once (line 22).');
  });

  it('are those of a class too small, where that is asked', async () => {
    const root = await folderWith({ ...pictures, 'q.jpg': '', 'a.csv': table('q.jpg,emu') });
    await expect(readDataset(join(root, 'a.csv'))).rejects.toThrow(/class "emu" has 1.*--drop-small-classes/);
    const dataset = await readDataset(join(root, 'a.csv'), { dropSmallClasses: true });
    expect(dataset.classes).toEqual(['cat', 'dog']);
    expect(dataset.examples.map(({ label }) => label)).toEqual(dataset.examples.map((_, i) => i % 2));
    expect(dataset.notes).toContain('Left out 1 class of fewer than 5 examples: "emu" (1).');
  });
});
