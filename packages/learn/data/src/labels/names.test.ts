import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelRows } from './names.js';
import { readDataset } from '../reading/read.js';
import { folderWith } from '../testing/datasets.js';
import { join } from 'node:path';

const rowsOf = (...names: string[]) =>
  names.map((className, i) => ({ id: `${i}`, content: { kind: 'text' as const, text: '' }, className }));

describe('class names', () => {
  it.each([
    ['composed and decomposed', ['café', 'cafe\u0301'], ['café']],
    ['spaces around and within', [' lost  order', 'lost order '], ['lost order']],
    ['numbers as written', ['1', '1.0', '0', '0.0'], ['0', '1']],
    ['truth values', ['True', 'true', 'true', 'False'], ['False', 'true']],
    ['case', ['ship', 'SHIP', 'ship'], ['ship']],
    ['letters, which stay apart', ['A', 'a'], ['A', 'a']],
    ['codes, which stay apart', ['01', '1'], ['01', '1']],
    ['numbers in their order', ['10', '9', '-1', '2.5'], ['-1', '2.5', '9', '10']],
    ['no name among numbers', ['', '-1', '!', 'Infinity', '5'], ['', '!', '-1', '5', 'Infinity']],
    ['names with numbers', ['class 10', 'class 9', 'class'], ['class', 'class 9', 'class 10']],
  ])('%s', (_, names, classes) => {
    const found = labelRows(rowsOf(...names));
    expect([...found.classes].sort()).toEqual([...classes].sort());
    if (classes.length > 2) expect(found.classes).toEqual(classes);
  });

  it('say what was taken for the same, and what looks alike', () => {
    expect(labelRows(rowsOf('ship', 'SHIP', 'ship', 'boat')).notes).toEqual([
      'Took "SHIP" (1), "ship" (2) for one class, "ship".',
    ]);
    expect(labelRows(rowsOf('caf\u00e9', 'cafe\u0301')).notes).toEqual([
      'Took 2 spellings that differ in Unicode form or spaces alone for one class, "caf\u00e9".',
    ]);
    expect(labelRows(rowsOf('01', '1')).notes).toEqual([
      '"01" and "1" look alike and are learnt as different classes; give them one name if they are one.',
    ]);
    expect(labelRows(rowsOf('cat', 'dog')).notes).toEqual([]);
  });

  it('do not depend on the order of the rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'-+.01 9ea') })), {
          minLength: 1,
        }),
        (names) => {
          const forth = labelRows(rowsOf(...names));
          const back = labelRows(rowsOf(...names.toReversed()));
          expect(back.classes).toEqual(forth.classes);
          expect(back.labels.toReversed()).toEqual(forth.labels);
          expect(forth.labels.every((label) => forth.classes[label] !== undefined)).toBe(true);
        },
      ),
    );
  });
});

describe('tables', () => {
  const read = async (name: string, text: string) =>
    readDataset(join(await folderWith({ [name]: text }), name));
  const lines = (count: number, line: (i: number) => string): string[] =>
    Array.from({ length: count }, (_, i) => line(i));

  it('leave out what has no label, and say so', async () => {
    const csv = ['text,label', ...lines(12, (i) => `a text ${i},${i % 2}`), 'one,', 'two,NaN', 'three,NULL'];
    const { examples, notes } = await read('a.csv', csv.join('\n'));
    expect(examples).toHaveLength(12);
    expect(notes).toContain('Left out 3 of 15 lines: they have no value in column "label".');
  });

  it('have their label in the column with the most telling name', async () => {
    const csv = ['text,y,label', ...lines(12, (i) => `a text ${i},${i},${i % 2 ? 'a b' : 'c d'}`)];
    expect((await read('a.csv', csv.join('\n'))).classes).toEqual(['a b', 'c d']);
  });
});
