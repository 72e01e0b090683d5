import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset } from './read.js';
import { readers, readersInOrder } from '../readers/registry.js';
import type { DatasetReader } from '../readers/reader.js';
import { classFiles, folderWith } from '../testing/datasets.js';

const flat = (folder: string, count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/${i}.jpg`, '']));

/** Which split each example of a dataset is in, counted. */
async function splitsOf(files: Record<string, string>) {
  const { classes, examples, notes } = await readDataset(await folderWith(files));
  const counts: Record<string, number> = {};
  for (const { split = 'none' } of examples) counts[split] = (counts[split] ?? 0) + 1;
  return { classes, counts, notes };
}

describe('folders of splits', () => {
  it('are not classes where the test folder has no labels', async () => {
    const { classes, counts, notes } = await splitsOf({
      ...classFiles({ ant: 6, bee: 6 }, 'train/'),
      ...flat('test', 7),
    });
    expect(classes).toEqual(['ant', 'bee']);
    expect(counts).toEqual({ none: 12 });
    expect(notes).toEqual([
      'Took the classes from train alone.',
      'Left out the folder test: its 7 files lie in no class folder, so they have no label.',
    ]);
  });

  it('are known by a word in their names, and looked through where a folder wraps their classes', async () => {
    const { classes, counts, notes } = await splitsOf({
      ...classFiles({ ant: 6, bee: 6 }, 'seg_train/seg_train/'),
      ...classFiles({ ant: 2, bee: 2 }, 'seg_test/seg_test/'),
      ...flat('seg_pred/seg_pred', 5),
    });
    expect(classes).toEqual(['ant', 'bee']);
    expect(counts).toEqual({ train: 12, test: 4 });
    expect(notes).toEqual([
      "Kept the dataset's own splits: seg_test, seg_train.",
      'Left out the folder seg_pred: its 5 files lie in no class folder, so they have no label.',
    ]);
  });

  it.each([
    'Training/Testing',
    'TrainingSet/TestSet',
    'train-images/test-images',
    'Train 1/Test 1',
    'TRAIN/DEV',
  ])('are found as %s', async (names) => {
    const [train, other] = names.split('/') as [string, string];
    const { classes, counts } = await splitsOf({
      ...classFiles({ ant: 6, bee: 6 }, `${train}/`),
      ...classFiles({ ant: 2, bee: 2 }, `${other}/`),
    });
    expect(classes).toEqual(['ant', 'bee']);
    expect(counts['train']).toBe(12);
  });

  it('are not found in classes whose names have such a word', async () => {
    const { classes } = await splitsOf(classFiles({ 'test tube': 5, 'train station': 5 }));
    expect(classes).toEqual(['test tube', 'train station']);
    const nested = await splitsOf({
      ...classFiles({ old: 5, new: 5 }, 'train station/'),
      ...classFiles({ old: 5, new: 5 }, 'test tube/'),
    });
    expect(nested.classes).toEqual(['test tube', 'train station']);
  });

  it('leave out what nobody labelled, beside splits and beside classes', async () => {
    const beside = await splitsOf({ ...classFiles({ ant: 6, bee: 6 }), ...flat('test', 3) });
    expect(beside.classes).toEqual(['ant', 'bee']);
    expect(beside.notes).toContain(
      'Left out the folder test (3 files): by its name it is no class; rename it if it is one.',
    );
    const texts = (folder: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`${folder}/${i}.txt`, 'words of a review']));
    const reviews = await splitsOf({
      ...texts('train/pos'),
      ...texts('train/neg'),
      ...texts('unsup'),
      ...texts('test/pos'),
      ...texts('test/neg'),
    });
    expect(reviews.classes).toEqual(['neg', 'pos']);
    expect(reviews.counts).toEqual({ train: 10, test: 10 });
  });

  it('may each hold a table of labels', async () => {
    const table = (count: number): string =>
      [
        'file_name,label',
        ...Array.from({ length: count }, (_, i) => `${i}.jpg,${i % 2 ? 'ant' : 'bee'}`),
      ].join('\n');
    const { classes, counts } = await splitsOf({
      ...flat('train', 12),
      'train/metadata.csv': table(12),
      ...flat('test', 4),
      'test/metadata.csv': table(4),
    });
    expect(classes).toEqual(['ant', 'bee']);
    expect(counts).toEqual({ train: 12, test: 4 });
  });

  it('may have one class in a small split', async () => {
    const { counts } = await splitsOf({
      ...classFiles({ ant: 6, bee: 6 }, 'train/'),
      ...classFiles({ bee: 3 }, 'test/'),
    });
    expect(counts).toEqual({ train: 12, test: 3 });
  });
});

describe('folders around a dataset', () => {
  it('are looked through, one or two of them', async () => {
    const root = await folderWith(classFiles({ ant: 6, bee: 6 }, 'archive/insects/'));
    const { root: inner, classes, notes, examples } = await readDataset(root);
    expect(classes).toEqual(['ant', 'bee']);
    expect(inner).toBe(join(root, 'archive/insects'));
    expect(notes).toEqual(['Read the folder archive/insects.']);
    expect(examples[0]?.id).toBe('ant/0.jpg');
  });

  it('are looked through to tables and to splits', async () => {
    const csv = ['text,label', ...Array.from({ length: 12 }, (_, i) => `a text ${i},${i % 2}`)].join('\n');
    expect((await readDataset(await folderWith({ 'data/all.csv': csv }))).classes).toEqual(['0', '1']);
    const alone = await readDataset(await folderWith(classFiles({ ant: 6, bee: 6 }, 'train/')));
    expect(alone.classes).toEqual(['ant', 'bee']);
  });

  it('may hold what systems leave behind, which is no class and no example', async () => {
    const { classes, examples } = await readDataset(
      await folderWith({
        ...classFiles({ ant: 6, bee: 6 }),
        ...flat('@eaDir', 5),
        ...flat('ant/@eaDir', 2),
        ...flat('lost+found', 5),
        ...flat('$RECYCLE.BIN', 5),
        ...flat('System Volume Information', 5),
        'bee/Thumbs.db': '',
      }),
    );
    expect(classes).toEqual(['ant', 'bee']);
    expect(examples).toHaveLength(12);
  });
});

describe('a layout that is named', () => {
  const csv = ['text,label', ...Array.from({ length: 12 }, (_, i) => `a text ${i},${i % 2}`)].join('\n');

  it('is read in place of the first that fits', async () => {
    const root = await folderWith({ 'train.csv': csv, 'test.csv': csv });
    expect((await readDataset(root)).modality).toBe('text');
    expect((await readDataset(root, { layout: 'table-folder' })).modality).toBe('text');
    await expect(readDataset(root, { layout: 'media-folder' })).rejects.toThrow('has no class folders');
  });

  it('is refused where there is none of its name, or the dataset has another', async () => {
    const root = await folderWith(classFiles({ ant: 6, bee: 6 }));
    await expect(readDataset(root, { layout: 'coco' })).rejects.toThrow(
      'There is no layout called coco, choose one of table-folder, media-folder, table',
    );
    await expect(readDataset(root, { layout: 'table' })).rejects.toThrow(
      /does not have the layout table: give a CSV, .* or name no layout/,
    );
  });

  it('has the name that its reader has', () => {
    for (const [name, { format }] of readers.entries()) expect(format).toBe(name);
  });
});

it('is asked of readers that were registered first, in their order', () => {
  const reader: DatasetReader = { ...readers.get('table'), recognises: () => false };
  const removes = ['one', 'two'].map((name) => readers.register(name, { ...reader, format: name }));
  const inTurn = readersInOrder().map(({ format }) => format);
  for (const remove of removes) remove();
  expect(inTurn).toEqual(['one', 'two', ...readers.names]);
});
