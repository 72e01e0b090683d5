import { readFileSync } from 'node:fs';
import { bagWords } from '@espalier/data';
import { intsAttribute, type Model } from '@espalier/onnx';
import { describe, expect, it } from 'vitest';
import { fitBag } from './bag.js';
import { openGraph } from '../testing/bags.js';

interface Golden {
  readonly width: number;
  /** Of each text, the values that are not 0 by n-gram. */
  readonly rows: readonly Readonly<Record<string, number>>[];
}

const path = new URL('../../goldens/bag.golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8')) as Record<'words' | 'characters', Golden> &
  Record<'fitted' | 'others', readonly string[]>;

/** The ids of each column's n-gram, as the graph has them. */
function gramsOf({ graph }: Model, half: 'words' | 'characters'): string[] {
  const vectorizer = graph.nodes.find(
    ({ opType, inputs }) => opType === 'TfIdfVectorizer' && inputs[0] === half,
  );
  if (vectorizer === undefined) return [];
  const pool = intsAttribute(vectorizer, 'pool_int64s') ?? [];
  const counts = intsAttribute(vectorizer, 'ngram_counts') ?? [];
  return counts.flatMap((start, i) => {
    const end = counts[i + 1] ?? pool.length;
    return Array.from({ length: (end - start) / (i + 1) }, (_, k) =>
      pool.slice(start + k * (i + 1), start + (k + 1) * (i + 1)).join(' '),
    );
  });
}

const idsOf = {
  words: (gram: string) => bagWords(gram).join(' '),
  characters: (gram: string) => Array.from(gram, (character) => character.codePointAt(0)).join(' '),
};

describe('a bag', () => {
  const bag = fitBag(golden.fitted);
  const model = bag.model();
  it.each(['words', 'characters'] as const)("has the %s of scikit-learn's TfidfVectorizer", async (half) => {
    const { width, rows } = golden[half];
    const grams = gramsOf(model, half);
    expect(grams).toHaveLength(width);
    const first = half === 'words' ? 0 : bag.wordWidth;
    const run = await openGraph(model);
    const found = await run([...golden.fitted, ...golden.others]);
    const values = found.data as Float32Array;
    rows.forEach((row, i) => {
      const expected = Object.fromEntries(
        Object.entries(row).map(([gram, value]) => [idsOf[half](gram), value]),
      );
      const given = grams.map((gram, column): [string, number] => [
        gram,
        values[i * bag.width + first + column] as number,
      ]);
      const present = Object.fromEntries(given.filter(([, value]) => value !== 0));
      expect(Object.keys(present).sort()).toEqual(Object.keys(expected).sort());
      for (const [gram, value] of Object.entries(expected)) expect(present[gram]).toBeCloseTo(value, 6);
    });
  });
});
