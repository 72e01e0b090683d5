import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { specialTokens } from '@espalier/data/testing';
import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { countNeighbours } from './cooccurrence.js';
import { factorise } from './factorise.js';
import { hasEnough, maskTokens } from './masks.js';
import { CENTRES, quantise } from './quantise.js';
import { chooseVocabulary } from './vocabulary.js';
import { readWordNet, type Synset } from './wordnet.js';

const sofa =
  '04256520 06 n 03 sofa 0 couch 0 lounge_suite(p) 0 002 @ 04161981 n 0000 + 00859604 v 0201 | an upholstered seat; "he sat on the sofa"';

describe('WordNet', () => {
  it('is read with words, glosses and relations', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'espalier-wordnet-'));
    for (const part of ['noun', 'verb', 'adj', 'adv']) {
      const lines = part === 'noun' ? ['  1 This software is free.', sofa, ''] : [];
      await writeFile(join(folder, `data.${part}`), lines.join('\n'));
    }
    expect(await readWordNet(folder)).toEqual([
      {
        id: 'n04256520',
        words: ['sofa', 'couch', 'lounge suite'],
        definition: 'an upholstered seat',
        examples: ['he sat on the sofa'],
        relations: [
          { symbol: '@', target: 'n04161981', between: null },
          { symbol: '+', target: 'v00859604', between: [1, 0] },
        ],
      },
    ]);
  });

  it('gives neighbours: synonyms, words of the definition and of related synsets, and no antonyms', () => {
    const synset = (id: string, words: string[], definition: string): Synset => ({
      ...{ id, words, definition, examples: [], relations: [] },
    });
    const ids = ['warm', 'hot', 'heat', 'cold', 'has'];
    const encode = (text: string): number[] => text.split(' ').map((word) => ids.indexOf(word));
    const relation = (symbol: string, target: string) => ({ symbol, target, between: null });
    const counts = countNeighbours(
      {
        synsets: [
          {
            ...synset('a1', ['warm', 'hot'], 'has heat'),
            relations: [relation('!', 'a2'), relation('&', 'n1')],
          },
          synset('a2', ['cold'], 'cold'),
          synset('n1', ['heat'], 'heat'),
        ],
        passages: [],
      },
      ids.length,
      encode,
    );
    const between = (a: string, b: string): number => counts[ids.indexOf(a)]?.get(ids.indexOf(b)) ?? 0;
    expect(between('warm', 'hot')).toBe(3);
    expect(between('hot', 'warm')).toBe(3);
    // Once as a word of the definition, once as a similar word.
    expect(between('warm', 'heat')).toBe(2);
    expect(between('has', 'heat')).toBe(1);
    expect(between('warm', 'cold')).toBe(0);
    expect(between('warm', 'warm')).toBe(0);
  });
});

describe('vectors of words', () => {
  const dot = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

  it('are near where words share their neighbours', () => {
    const random = createRandom('counts');
    const words = 60;
    const counts = Array.from({ length: words }, () => new Map<number, number>());
    for (let n = 0; n < 4000; n++) {
      const [i, j] = [random.integer(words), random.integer(words)];
      if (i === j || (i % 3 !== j % 3 && random.uniform() < 0.9)) continue;
      counts[i]?.set(j, (counts[i]?.get(j) ?? 0) + 1);
      counts[j]?.set(i, (counts[j]?.get(i) ?? 0) + 1);
    }
    const vectors = factorise(counts, 4, 1);
    const of = (word: number): Float32Array => vectors.subarray(4 * word, 4 * word + 4);
    for (let word = 0; word < words; word++) {
      expect(dot(of(word), of(word))).toBeCloseTo(1, 5);
      expect(dot(of(word), of((word + 3) % words))).toBeGreaterThan(dot(of(word), of((word + 1) % words)));
    }
  });

  it('take a byte for each part, and lose little', () => {
    const random = createRandom('vectors');
    const [rows, width, parts] = [2000, 8, 4];
    const vectors = Float32Array.from({ length: rows * width }, () => random.normal());
    const { codes, centres } = quantise(vectors, width, parts, 1);
    expect([codes.length, centres.length]).toEqual([rows * parts, CENTRES * width]);
    let lost = 0;
    vectors.forEach((value, at) => {
      const [row, i] = [Math.floor(at / width), at % width];
      const [part, element] = [i % parts, Math.floor(i / parts)];
      const centre = part * CENTRES + (codes[row * parts + part] as number);
      lost += (value - (centres[(centre * width) / parts + element] as number)) ** 2;
    });
    expect(lost / vectors.length).toBeLessThan(0.03);
  });
});

describe('a vocabulary', () => {
  it('has frequent words first, and pieces for all others', () => {
    const text = 'the cat sat on the mat and the dog sat '.repeat(60);
    const pieces = chooseVocabulary([text, 'unseen'], 5000);
    expect(pieces.slice(0, 2)).toEqual(['the', 'sat']);
    expect(pieces).not.toContain('unseen');
    expect(pieces).toContain('##n');
    expect(new Set(pieces).size).toBe(pieces.length);
  });
});

describe('hidden tokens', () => {
  it('are frequent ones alone', () => {
    const asked = 20;
    const sequence = Array.from({ length: 40 }, (_, i) => (i === 0 ? 2 : 5 + (i % 30)));
    expect(hasEnough(sequence, asked)).toBe(true);
    expect(hasEnough(sequence, 6)).toBe(false);
    const { answers } = maskTokens([sequence, sequence], asked, 'test');
    expect(answers).toHaveLength(2 * 12);
    expect(answers.every((token) => token >= specialTokens.length && token < asked)).toBe(true);
  });
});
