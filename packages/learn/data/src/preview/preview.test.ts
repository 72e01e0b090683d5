import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, describe, it, onTestFinished } from 'vitest';
import { DatasetError, readDataset } from '../index.js';
import { classesOf, optionsOfRoles, previewTable, withRole, type ColumnRole } from './preview.js';

const whole = { isPart: false };
const rows = (line: string, count = 6): string => `${line}\n`.repeat(count);

describe('the first rows of a table', () => {
  it('are what the whole will be read as', async () => {
    const text = `id;message;category;patient\n${rows('1;"hello; there";a;p')}${rows('2;good bye now;b;q')}`;
    const preview = await previewTable('x.csv', text, whole);
    expect(preview).toMatchObject({
      ...{ columns: ['id', 'message', 'category', 'patient'], isUnclear: false, header: true },
      ...{ roles: { id: 'none', message: 'text', category: 'label', patient: 'group' } },
      notes: ['Read semicolons between the cells.'],
    });
    expect(preview.rows[0]).toEqual(['1', 'hello; there', 'a', 'p']);
    expect(classesOf(preview, preview.roles)).toEqual([
      { name: 'a', count: 6 },
      { name: 'b', count: 6 },
    ]);
  });

  it('ask whether the first line is a header where nothing tells', async () => {
    const text = `what a day,good\n${rows('this is bad,bad')}${rows('very nice indeed,good')}`;
    expect(await previewTable('x.csv', text, whole)).toMatchObject({ isUnclear: true, header: true });
    const without = await previewTable('x.csv', text, { ...whole, header: false });
    expect(without).toMatchObject({
      ...{ columns: ['1', '2'], isUnclear: false, header: false, roles: { 1: 'text', 2: 'label' } },
    });
    expect(without.rows).toHaveLength(13);
    expect((await previewTable('x.csv', text, { ...whole, header: true })).isUnclear).toBe(false);
  });

  it('leave out a line that is cut, and stop before it', async () => {
    const text = `text,label\n${rows('some words here,a', 3)}"cut in the mid`;
    expect((await previewTable('x.csv', text, { isPart: true })).rows).toHaveLength(3);
    const many = `text,label\n${rows('some words here,a', 5000)}"cut`;
    expect((await previewTable('x.csv', many, { isPart: true })).rows).toHaveLength(200);
    await expect(previewTable('x.csv', 'text,label\na b,c,d\n', whole)).rejects.toThrow(
      /line 2: the line has 3 cells where the header has 2/,
    );
  });

  it('leave out a row that is cut inside of a quoted cell of several lines', async () => {
    const text = `text,label\n${rows('"one line\n\nand, after it, another",a', 40)}"the last\ngoes on\nand`;
    const preview = await previewTable('x.csv', text, { isPart: true });
    expect(preview.rows).toHaveLength(40);
    expect(preview.rows[39]).toEqual(['one line\n\nand, after it, another', 'a']);
    // A quote that nobody closes swallows no rows.
    const stray = `text\tlabel\n${rows('some words here\ta', 3)}"odd words here\ta\n${rows('some words here\tb', 9)}`;
    expect((await previewTable('x.tsv', stray, { isPart: true })).rows).toHaveLength(13);
    await expect(previewTable('x.csv', text, whole)).rejects.toThrow(/a quoted cell is never closed/);
  });

  it('are JSON objects too, which name their columns', async () => {
    const text = rows('{"text":"some words","label":1}') + rows('{"text":"other words","label":2}');
    expect(await previewTable('x.jsonl', text, whole)).toMatchObject({
      ...{ header: null, isUnclear: false, roles: { text: 'text', label: 'label' } },
    });
    await expect(previewTable('x.jsonl', '[]\n', whole)).rejects.toThrow(DatasetError);
  });

  it('tell the text alone where no column looks like the class', async () => {
    const text = `id,words,kind,sort\n${rows('1,some words here,a,b')}`;
    const { roles } = await previewTable('x.csv', text, whole);
    expect(roles).toEqual({ id: 'none', words: 'text', kind: 'none', sort: 'none' });
  });

  it('tell classes of a column each', async () => {
    const text = `text,spam,ham\n${rows('some words,1,0')}${rows('other words,0,1')}`;
    expect(await previewTable('x.csv', text, whole)).toMatchObject({ oneHot: ['spam', 'ham'] });
  });
});

describe('the roles of columns', () => {
  const role = fc.constantFrom<ColumnRole>('label', 'text', 'image', 'audio', 'group', 'none');

  it('are one column each, and an example is one thing, however they are given', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), role), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (changes) => {
        let roles = { a: 'none', b: 'none', c: 'none', d: 'none' } as Record<string, ColumnRole>;
        for (const [column, next] of changes) {
          roles = withRole(roles, column, next);
          expect(roles[column]).toBe(next);
        }
        const given = Object.values(roles).filter((one) => one !== 'none');
        expect(new Set(given).size).toBe(given.length);
        expect(given.filter((one) => ['text', 'image', 'audio'].includes(one)).length).toBeLessThan(2);
        expect(Object.keys(optionsOfRoles(roles)).length).toBeGreaterThanOrEqual(given.length);
      }),
    );
  });

  it('are what the whole is read by, without the header that it lacks', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'espalier-preview-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'x.csv');
    const text = `good,7,what a day\n${rows('bad,8,this is bad')}${rows('good,9,very nice indeed')}`;
    await writeFile(path, text);
    await expect(readDataset(path)).rejects.toThrow(
      /is this line an example, .* or with --header; with --no-header/,
    );
    const { roles } = await previewTable('x.csv', text, { ...whole, header: false });
    const chosen = withRole(withRole(roles, '3', 'text'), '1', 'label');
    const dataset = await readDataset(path, { header: false, ...optionsOfRoles(chosen) });
    expect(dataset).toMatchObject({ classes: ['bad', 'good'], labelsFrom: 'column "1"' });
    expect(dataset.examples).toHaveLength(13);
    expect(dataset.examples[0]).toMatchObject({ id: 'x.csv:1', content: { text: 'what a day' } });
  });

  it('leave out a group that would be guessed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'espalier-preview-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'x.csv');
    await writeFile(path, `text,label,patient\n${rows('good bye,a,p')}${rows('good day,b,q')}`);
    expect((await readDataset(path)).examples[0]?.group).toBe('p');
    expect((await readDataset(path, { groupColumn: '' })).examples[0]?.group).toBeUndefined();
  });

  it('says that a table which names its columns itself has no header', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'espalier-preview-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'x.jsonl');
    await writeFile(path, rows('{"text":"some words","label":1}'));
    await expect(readDataset(path, { header: false })).rejects.toThrow(/leave --no-header out/);
  });
});
