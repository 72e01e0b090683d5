import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.js';
import { readDataset } from './read.js';
import { classFiles, folderWith } from '../testing/datasets.js';

describe('image folders', () => {
  it('take the sub-folders as classes and count what they ignore', async () => {
    const root = await folderWith({
      ...classFiles({ dog: 5, cat: 6 }),
      'cat/more/deep.PNG': '',
      'cat/.hidden.jpg': '',
      'cat/notes.txt': '',
      '.git/config': '',
      'README.md': '',
    });
    const dataset = await readDataset(root);
    expect(dataset.classes).toEqual(['cat', 'dog']);
    expect(dataset.examples).toHaveLength(12);
    expect(dataset.examples.at(-1)).toEqual({
      id: 'dog/4.jpg',
      content: { kind: 'file', path: join(root, 'dog/4.jpg') },
      label: 1,
    });
    expect(dataset.examples.some(({ id }) => id === 'cat/more/deep.PNG')).toBe(true);
    expect(dataset.notes).toEqual([
      'Ignored 2 hidden files or folders.',
      'Ignored 2 files that are not images of a class (outside the class folders 1, .txt 1).',
    ]);
  });

  it('take train, val and test folders as fixed splits', async () => {
    const root = await folderWith({
      ...classFiles({ cat: 4, dog: 4 }, 'train/'),
      ...classFiles({ cat: 1, dog: 1 }, 'Valid/'),
      ...classFiles({ cat: 1, dog: 1 }, 'test/'),
      'extra/readme.txt': '',
    });
    const dataset = await readDataset(root);
    expect(dataset.classes).toEqual(['cat', 'dog']);
    const splits = dataset.examples.map(({ split }) => split);
    expect(splits.filter((split) => split === 'train')).toHaveLength(8);
    expect(splits.filter((split) => split === 'validation')).toHaveLength(2);
    expect(splits.filter((split) => split === 'test')).toHaveLength(2);
    expect(dataset.notes[0]).toBe("Kept the dataset's own splits: Valid, test, train.");
    expect(dataset.notes[1]).toMatch(/Ignored the folder extra/);
  });

  it('take folders of images named train and test as classes', async () => {
    const dataset = await readDataset(await folderWith(classFiles({ train: 5, test: 5 })));
    expect(dataset.classes).toEqual(['test', 'train']);
  });

  it.each([
    ['an empty folder', {}, /is empty; put the files of each class in a sub-folder/],
    ['images without class folders', { 'a.jpg': '' }, /has no sub-folders/],
    [
      'a manifest beside folders',
      { 'labels.csv': '', 'notes/a.md': '' },
      /Class folder .*notes has no images/,
    ],
    ['an empty table', { 'labels.csv': '' }, /labels\.csv is empty; it needs a header line/],
    ['one class', classFiles({ cat: 9 }), /Espalier needs at least two classes, and .* has only "cat"/],
    ['an empty class', { ...classFiles({ cat: 9 }), 'dog/a.txt': '' }, /Class folder .*dog has no images/],
    ['a small class', classFiles({ cat: 9, dog: 4 }), /class "dog" has 4; a class needs at least 5/],
  ])('refuse %s', async (_, files, message) => {
    const failure = readDataset(await folderWith(files));
    await expect(failure).rejects.toThrow(DatasetError);
    await expect(failure).rejects.toThrow(message);
  });

  it('refuse a missing path, a file of another kind and a link that leaves', async () => {
    await expect(readDataset('/nowhere/pets')).rejects.toThrow('There is no dataset at /nowhere/pets');
    const outside = await folderWith({ 'secret.jpg': '' });
    const root = await folderWith({ ...classFiles({ cat: 5, dog: 5 }), 'x.zip': '' });
    await expect(readDataset(join(root, 'x.zip'))).rejects.toThrow(
      /is not a dataset Espalier reads: give a folder/,
    );
    await symlink(join(root, 'cat/0.jpg'), join(root, 'dog/inside.jpg'));
    await symlink(join(root, 'cat'), join(root, 'dog/circle'));
    const dataset = await readDataset(root);
    expect(dataset.examples.some(({ id }) => id === 'dog/inside.jpg')).toBe(true);
    expect(dataset.notes).toContain('Ignored 1 link to a folder.');
    await symlink(join(outside, 'secret.jpg'), join(root, 'dog/leak.jpg'));
    await expect(readDataset(root)).rejects.toThrow(/leak\.jpg is a link to a place outside/);
  });

  it('group by a pattern on the path', async () => {
    const files = classFiles({ cat: 5, dog: 5 });
    const dataset = await readDataset(await folderWith(files), { groupPattern: '(\\d)\\.jpg$' });
    expect(dataset.examples.map(({ group }) => group)).toEqual([...'0123401234']);
    expect(dataset.notes).toEqual(['groupPattern found 5 groups.']);
    const root = await folderWith(files);
    await expect(readDataset(root, { groupPattern: 'patient' })).rejects.toThrow(/no part of the file names/);
    await expect(readDataset(root, { groupPattern: '(' })).rejects.toThrow(/not a regular expression/);
  });
});

const images = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`img/${i}.jpg`, `${i}`]));

/** Ten lines that name img/0.jpg to img/9.jpg, alternately cat and dog. */
function lines(line: (image: string, label: string, i: number) => string): string[] {
  return Array.from({ length: 10 }, (_, i) => line(`img/${i}.jpg`, i % 2 === 0 ? 'cat' : 'dog', i));
}

async function readManifest(
  name: string,
  content: string | Uint8Array,
  options = {},
): ReturnType<typeof readDataset> {
  return readDataset(join(await folderWith({ ...images, [name]: content }), name), options);
}

describe('manifests', () => {
  const csv = ['image,label', ...lines((image, label) => `${image},${label}`)].join('\n');

  it('read CSV with quotes, a byte order mark and Windows line ends', async () => {
    const rows = lines((image, label, i) =>
      i === 0 ? '"img/a ""b"", c.jpg","cat"' : `"${image.replace('/', '\\')}",${label}`,
    );
    const root = await folderWith({
      ...images,
      'img/a "b", c.jpg': '',
      'pets.csv': `\uFEFFimage,label\r\n${rows.join('\r\n')}\r\n\r\n`,
    });
    const dataset = await readDataset(join(root, 'pets.csv'));
    expect(dataset.name).toBe('pets');
    expect(dataset.root).toBe(root);
    expect(dataset.examples.map(({ id }) => id).slice(0, 2)).toEqual(['img/a "b", c.jpg', 'img/1.jpg']);
    expect(dataset.notes).toEqual([
      'Guessed that column "image" is the image.',
      'Guessed that column "label" is the label.',
    ]);
  });

  it.each([
    ['TSV', 'a.tsv', ['path\tclass', ...lines((image, label) => `${image}\t${label}`)].join('\n')],
    ['CSV with semicolons', 'a.csv', csv.replaceAll(',', ';')],
    ['UTF-16 TSV', 'a.tsv', Buffer.from(`\uFEFF${csv.replaceAll(',', '\t')}`, 'utf16le')],
    ['JSONL', 'a.jsonl', lines((file, y) => JSON.stringify({ file, y, box: [1, 2] })).join('\n')],
    ['unusual column names', 'a.csv', csv.replace('image,label', 'picture,animal')],
  ])('read %s', async (_, name, content) => {
    const dataset = await readManifest(name, content);
    expect(dataset.classes).toEqual(['cat', 'dog']);
    expect(dataset.examples.map(({ label }) => label)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  });

  it('read splits and groups', async () => {
    const rows = lines((image, label, i) => `${image},${label},${['Train', 'val', ''][i % 3]},p${i % 4}`);
    const content = ['file,label,split,patient', ...rows].join('\n');
    const dataset = await readManifest('a.csv', content);
    expect(dataset.examples.map(({ split }) => split).slice(0, 3)).toEqual([
      'train',
      'validation',
      undefined,
    ]);
    expect(dataset.examples[5]?.group).toBe('p1');
    const named = await readManifest('a.csv', content, {
      imageColumn: 'file',
      labelColumn: 'label',
      groupColumn: 'split',
    });
    expect(named.examples[0]?.group).toBe('Train');
    expect(named.notes).toEqual(['Guessed that column "split" is the split.']);
  });

  const broken = (line: string): string => csv.replace('img/1.jpg,dog', line);
  it.each([
    [
      'a path that leaves the folder',
      broken('../1.jpg,dog'),
      /line 3: the line names \.\.\/1\.jpg, which lies outside/,
    ],
    ['an absolute path', broken('/etc/passwd.jpg,dog'), /line 3: .* which lies outside/],
    [
      'a missing image',
      broken('img/none.jpg,dog'),
      /line 3: the line names img\/none\.jpg, which is not there/,
    ],
    [
      'a repeated image',
      broken('img/0.jpg,dog'),
      /line 3: the line lists img\/0\.jpg again \(first on line 2\)/,
    ],
    ['too many cells', broken('img/1.jpg,dog,3'), /line 3: the line has 3 cells where the header has 2/],
    ['an open quote', broken('"img/1.jpg,dog'), /a quoted cell is never closed/],
    ['a header alone', 'image,label\n', /lists no examples/],
    ['nothing', '', /is empty; it needs a header line/],
    ['a column twice', csv.replace('image,label', 'image,image'), /the column "image" appears twice/],
    ['bytes that are no text', Buffer.from([0x89, 0x50, 0xff, 0xfe, 0x00]), /is not UTF-8 text/],
    [
      'no column of images',
      'a,b,c\n1,2,3\n',
      /no column looks like the image, recording or text; name one with --text, .* Its columns are "a", "b", "c"/,
    ],
  ])('refuse %s', async (_, content, message) => {
    const failure = readManifest('a.csv', content);
    await expect(failure).rejects.toThrow(DatasetError);
    await expect(failure).rejects.toThrow(message);
  });

  it('refuse a wrong column with the list of columns, and a wrong split', async () => {
    await expect(readManifest('a.csv', csv, { labelColumn: 'species' })).rejects.toThrow(
      /has no column "species" for the label; its columns are "image", "label"/,
    );
    const content = ['image,label,split', ...lines((image, label) => `${image},${label},blue`)];
    await expect(readManifest('a.csv', content.join('\n'))).rejects.toThrow(
      /line 2: the line has the split "blue"/,
    );
  });

  it('refuse JSONL that is not one object a line', async () => {
    const good = lines((image, label) => JSON.stringify({ image, label }));
    for (const bad of ['{"image": ', '[1]', 'null']) {
      await expect(readManifest('a.jsonl', [good[0], bad].join('\n'))).rejects.toThrow(
        /line 2: the line is malformed \(not a JSON object\)/,
      );
    }
  });

  it('refuse a link that leaves the folder', async () => {
    const outside = await folderWith({ 'secret.jpg': '' });
    const root = await folderWith({ ...images, 'a.csv': broken('img/leak.jpg,dog') });
    await mkdir(join(root, 'img'), { recursive: true });
    await symlink(join(outside, 'secret.jpg'), join(root, 'img/leak.jpg'));
    await expect(readDataset(join(root, 'a.csv'))).rejects.toThrow(
      /line 3: .* a link that leaves the folder/,
    );
  });
});
