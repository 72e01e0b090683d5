import { specialTokens } from '@espalier/data/testing';
import { createRandom } from '@espalier/base/random';
import { countNeighbours, type Encode } from './cooccurrence.js';
import { sentencesOf, type Corpus } from './corpus.js';
import { factorise } from './factorise.js';
import { CENTRES, quantise, type Quantised } from './quantise.js';

export const WORD_WIDTH = 256;
const PARTS = 64;
/** Words more frequent than this count less in a text (Arora et al., ICLR 2017). */
const FREQUENT = 1e-3;
/** Of special tokens, which a text's mean is not to see. */
const SPECIAL_SCALE = 1e-3;

/** Vectors of a vocabulary's tokens, special ones included. */
export interface WordVectors extends Quantised {
  /** Length of each token's vector: 1 for rare words, less for frequent ones. */
  readonly scales: Float32Array;
}

/** Vectors of words and pieces of words, from what stands beside them in a corpus and what WordNet relates. */
export function makeWordVectors(
  corpus: Corpus,
  vocabulary: number,
  { encode, isWord, seed }: { encode: Encode; isWord: (id: number) => boolean; seed: number },
): WordVectors {
  const frequencies = new Float64Array(vocabulary);
  for (const text of sentencesOf(corpus)) {
    for (const id of encode(text)) frequencies[id] = (frequencies[id] as number) + 1;
  }
  const total = frequencies.reduce((a, b) => a + b, 0);
  const words: Encode = (text) => encode(text).filter(isWord);
  const vectors = factorise(countNeighbours(corpus, vocabulary, words), WORD_WIDTH, seed);
  const random = createRandom(seed, 'special tokens');
  for (let i = 0; i < specialTokens.length * WORD_WIDTH; i++) {
    vectors[i] = random.normal() / Math.sqrt(WORD_WIDTH);
  }
  const scales = Float32Array.from(frequencies, (count, id) =>
    id < specialTokens.length ? SPECIAL_SCALE : FREQUENT / (FREQUENT + count / total),
  );
  return { ...quantise(vectors, WORD_WIDTH, PARTS, seed), scales };
}

/** A token's vector of unit length, put together from its parts' centres. */
export function vectorOf({ codes, centres, scales }: WordVectors, token: number): Float32Array {
  const parts = codes.length / scales.length;
  const size = WORD_WIDTH / parts;
  const vector = new Float32Array(WORD_WIDTH);
  for (let part = 0; part < parts; part++) {
    const centre = part * CENTRES + (codes[token * parts + part] as number);
    vector.set(centres.subarray(centre * size, (centre + 1) * size), part * size);
  }
  return vector;
}
