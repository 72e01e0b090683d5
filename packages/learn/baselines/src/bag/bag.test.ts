import { readModel, normaliseModel, writeModel } from '@espalier/onnx';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitBag } from './bag.js';
import { denseOf, difference, openGraph } from '../testing/bags.js';

const texts = [
  'the parcel is lost',
  'the password is lost, lost!',
  'where is my money? 🎉',
  'a b a b',
  '東京へ',
];
const TOLERANCE = 2e-6;

/** Text of few words that repeat, of any characters, or of nothing. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('the', 'parcel', 'LOST', 'é', '🎉', '京', '...', '\0', '\n', 'İ'), {
      maxLength: 30,
    })
    .map((words) => words.join(' ')),
  fc.constantFrom('', ' ', 'x', '👩‍👩‍👧 family'),
);

describe('a bag of words and characters', () => {
  it('weighs by hand', () => {
    const { rows, width, wordWidth } = fitBag(['ab ab', 'ab c'], { mostCharacters: 0 });
    // Columns in the order of their length: 2 words, 2 pairs.
    expect([width, wordWidth]).toEqual([4, 4]);
    const idf = Math.log(3 / 2) + 1;
    const parts = [1 + Math.log(3), (1 + Math.log(2)) * idf];
    const length = Math.hypot(...parts);
    const found = [...denseOf(rows(['ab ab ab']))].filter((value) => value !== 0).sort();
    expect(difference(found, parts.map((part) => part / length).sort())).toBeLessThan(1e-6);
  });

  it('gives ascending columns, and each half a length of 1 or 0', () => {
    const bag = fitBag(texts);
    const { starts, columns, values } = bag.rows([...texts, '', 'the', 'ξξ', '🎉']);
    const lengths = Array.from(starts.slice(1), (end, i) => {
      const row = columns.subarray(starts[i], end);
      expect([...row]).toEqual([...new Set(row)].sort((a, b) => a - b));
      const half: [number, number] = [0, 0];
      row.forEach((column, k) => {
        half[column < bag.wordWidth ? 0 : 1] += (values[(starts[i] as number) + k] as number) ** 2;
      });
      return half.map((sum) => Number(Math.sqrt(sum).toFixed(5)));
    });
    expect(lengths.slice(0, 5)).toEqual(new Array(5).fill([1, 1]));
    expect(lengths.slice(5)).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
      [0, 1],
    ]);
  });

  it('is the same whatever the order of the texts', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 8 }), fc.nat(30), fc.nat(30), (some, w, c) => {
        const options = { mostWords: w + 1, mostCharacters: c + 1 };
        const all = [...some, 'the parcel'];
        const [bag, reversed] = [fitBag(all, options), fitBag([...all].reverse(), options)];
        expect(reversed.rows(all)).toEqual(bag.rows(all));
        expect(bag.wordWidth).toBeLessThanOrEqual(w + 1);
        expect(bag.width - bag.wordWidth).toBeLessThanOrEqual(c + 1);
      }),
    );
  });

  it('keeps what most texts have', () => {
    const bag = fitBag(['one common', 'two common', 'six common'], { mostWords: 1, mostCharacters: 0 });
    expect(bag.rows(['common', 'one', 'two six']).starts).toEqual(Int32Array.of(0, 1, 1, 1));
  });

  it('is refused of nothing', () => {
    for (const nothing of [[], [''], [' \n', '\0']])
      expect(() => fitBag(nothing)).toThrow(/at least one character/);
  });
});

describe('the graph of a bag', () => {
  it('says the same as the rows, of any texts, together and alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyText, { minLength: 1, maxLength: 6 }),
        fc.array(anyText, { minLength: 1, maxLength: 6 }),
        fc.nat(3),
        async (fitted, others, spare) => {
          const bag = fitBag([...fitted, 'the parcel']);
          const all = [...fitted, ...others];
          const run = await openGraph(bag.model());
          const together = await run(all, spare);
          expect(together.dims).toEqual([all.length, bag.width]);
          expect(difference(together.data as Float32Array, denseOf(bag.rows(all)))).toBeLessThan(TOLERANCE);
          const alone = await Promise.all(all.map((text) => run([text])));
          const joined = alone.flatMap(({ data }) => [...(data as Float32Array)]);
          expect(difference(joined, together.data as Float32Array)).toBeLessThan(TOLERANCE);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says the same of a text that is cut', async () => {
    const bag = fitBag([...texts, 'ab cd ef']);
    const long = ['lost parcel, '.repeat(9000), 'x'.repeat(50_000), 'ab cd ef '.repeat(4000), 'ab'];
    const run = await openGraph(bag.model());
    expect(difference((await run(long)).data as Float32Array, denseOf(bag.rows(long)))).toBeLessThan(
      TOLERANCE,
    );
  });

  it('has no input for a half without n-grams', async () => {
    const bag = fitBag(['🎉', '...']);
    expect(bag.wordWidth).toBe(0);
    expect(bag.model().graph.inputs.map(({ name }) => name)).toEqual(['characters']);
    const run = await openGraph(bag.model());
    expect(difference((await run(['🎉'])).data as Float32Array, denseOf(bag.rows(['🎉'])))).toBeLessThan(
      TOLERANCE,
    );
  });

  it('has a prefix before all its names where it is asked for', () => {
    const { graph } = fitBag(texts).model('of_words_');
    const names = [...graph.inputs, ...graph.outputs, ...graph.nodes].map(({ name }) => name);
    const read = graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
    for (const name of [...names, ...read]) expect(name).toMatch(/^of_words_/);
  });

  it('is a file like any other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bag-'));
    const path = join(folder, 'bag.onnx');
    const bag = fitBag(texts);
    await writeModel(path, bag.model());
    const read = await readModel(path);
    expect(read.graph.nodes).toEqual(bag.model().graph.nodes);
    for (const model of [read, normaliseModel(read)]) {
      const run = await openGraph(model);
      const found = (await run(texts)).data as Float32Array;
      expect(difference(found, denseOf(bag.rows(texts)))).toBeLessThan(TOLERANCE);
    }
    await rm(folder, { recursive: true });
  });
});
