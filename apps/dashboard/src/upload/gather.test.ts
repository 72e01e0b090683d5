import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pastedTable } from './dropped';
import {
  archiveName,
  classProblem,
  gather,
  MOST_FILES,
  needsClass,
  problemOf,
  type Batch,
  type DroppedFile,
} from './gather';

const dropped = (path: string, content = 'x'): DroppedFile => ({
  path,
  file: new File([content], path.split('/').at(-1) ?? ''),
});
const batch = (paths: readonly string[], className = '', id = 0): Batch => ({
  ...{ id, className },
  files: paths.map((path) => dropped(path)),
});

describe('what was dropped', () => {
  it('has the classes of its folders, and what is left out is told with its number', () => {
    const paths = [
      'pets/cat/1.png',
      'pets/cat/2.JPG',
      'pets/dog/1.png',
      'pets/dog/.DS_Store',
      'pets/.git/a.png',
    ];
    const folder = batch([
      ...paths,
      'pets/notes.pdf',
      'pets/dog/b.pdf',
      'pets/dog/sound.wav',
      'pets/dog/nul.png',
    ]);
    expect(needsClass(folder)).toBe(false);
    const gathered = gather([folder]);
    expect(gathered.entries.map(({ path }) => path)).toEqual([
      'pets/cat/1.png',
      'pets/cat/2.JPG',
      'pets/dog/1.png',
    ]);
    expect(gathered.classes).toEqual([
      { name: 'cat', count: 2 },
      { name: 'dog', count: 1 },
    ]);
    expect(gathered.leftOut).toEqual([
      { reason: 'a hidden or system file', count: 2 },
      { reason: '.pdf: no picture', count: 2 },
      { reason: '.wav: no picture', count: 1 },
      { reason: 'a name that is not allowed in an archive', count: 1 },
    ]);
    expect(problemOf(gathered)).toBeNull();
    expect(archiveName([folder])).toBe('pets');
  });

  it('counts the classes of splits together', () => {
    const { classes } = gather([batch(['a/train/cat/1.png', 'a/test/cat/1.png', 'a/train/dog/1.png'])]);
    expect(classes).toEqual([
      { name: 'cat', count: 2 },
      { name: 'dog', count: 1 },
    ]);
  });

  it('adds up, a class a drop, where it comes in no folder', () => {
    const cats = batch(['1.png', '2.png'], ' cat ', 1);
    expect(needsClass(cats)).toBe(true);
    const more = batch(['1.png'], 'cat', 2);
    const gathered = gather([cats, more, batch(['1.png'], 'dog', 3)]);
    expect(gathered.entries.map(({ path }) => path)).toEqual([
      'cat/1.png',
      'cat/2.png',
      'cat/1 (2).png',
      'dog/1.png',
    ]);
    expect(archiveName([cats, more])).toBe('files');
    expect(problemOf(gather([cats]))).toMatch(/at least two classes/);
  });

  it('needs no class where a table among it tells them', () => {
    const files = batch(['labels.csv', '1.png', '2.png']);
    expect(needsClass(files)).toBe(false);
    const gathered = gather([files]);
    expect(gathered).toMatchObject({ table: 'labels.csv', classes: [] });
    expect(problemOf(gathered)).toBeNull();
  });

  it('is refused in a sentence before anything is sent', () => {
    expect(problemOf(gather([batch(['x.pdf'])]))).toMatch(/^None of these files is a picture/);
    const { entries } = gather([batch(['cat/1.png'])]);
    const many = Array.from({ length: MOST_FILES + 1 }, () => entries[0] as (typeof entries)[0]);
    const classes = [
      { name: 'a', count: 1 },
      { name: 'b', count: 1 },
    ];
    const rest = { classes, table: null, leftOut: [] };
    expect(problemOf({ ...rest, entries: many, bytes: 1 })).toMatch(/200,001 files; the limit is 200,000/);
    expect(problemOf({ ...rest, entries, bytes: 2 ** 40 })).toMatch(/1099.5 GB; the limit is 68.7 GB/);
  });

  it('never gives two files one path', () => {
    const name = fc.constantFrom('1.png', '1 (2).png', 'A.png', 'a.png', '.x', 'b');
    const batches = fc.array(fc.array(name, { minLength: 1, maxLength: 6 }), { maxLength: 4 });
    fc.assert(
      fc.property(batches, (all) => {
        const { entries } = gather(all.map((paths, i) => batch(paths, 'cat', i)));
        const paths = entries.map(({ path }) => path.toLowerCase());
        expect(new Set(paths).size).toBe(paths.length);
      }),
    );
  });

  it.each([
    ['cat', true],
    ['Katze 2', true],
    ['', false],
    [' ', false],
    ['a/b', false],
    ['.x', false],
    ['nul', false],
    ['x.', false],
  ])('may be called %j: %s', (text, isUsable) => {
    expect(classProblem(text) === null).toBe(isUsable);
  });

  it('is a table where it was copied from a spreadsheet', async () => {
    expect(await pastedTable('text\tlabel\na b\tc\n')?.text()).toBe('text\tlabel\na b\tc\n');
    expect(pastedTable('a sentence')).toBeNull();
    expect(pastedTable('a\tb')).toBeNull();
  });
});
