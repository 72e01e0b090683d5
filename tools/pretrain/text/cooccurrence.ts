import type { Corpus } from './corpus.js';
import type { Relation, Synset } from './wordnet.js';

/** Weight of each kind of neighbour, relative to 1 for a word and each word of its definition. */
const SYNONYMS = 3;
const FORMS = 2;
const DISTANT = 0.3;
/** Words this far apart in a text are neighbours, weighted by 1 / distance. */
const WINDOW = 5;

/** Derived forms, the word an adverb or adjective comes from, and similar words. */
const forms = new Set(['+', '\\', '&']);
/** Similar, see also, verb group, hypernym, hyponym, attribute, cause, entailment. */
const close = new Set(['&', '^', '$', '@', '~', '=', '>', '*']);
const ANTONYM = '!';

/** Gives the ids of a text's words, without special tokens and punctuation. */
export type Encode = (text: string) => readonly number[];

/** Counts how much words have to do with each other: row i, column j, symmetric, nothing on the diagonal. */
export function countNeighbours(corpus: Corpus, vocabulary: number, encode: Encode): Map<number, number>[] {
  const rows = Array.from({ length: vocabulary }, () => new Map<number, number>());
  const add = (a: number, b: number, weight: number): void => {
    if (a === b) return;
    for (const [row, column] of [
      [a, b],
      [b, a],
    ] as const) {
      const counts = rows[row] as Map<number, number>;
      counts.set(column, (counts.get(column) ?? 0) + weight);
    }
  };
  const addAll = (left: readonly number[], right: readonly number[], weight: number): void => {
    for (const a of left) for (const b of right) add(a, b, weight / (left.length * right.length));
  };
  const addText = (ids: readonly number[]): void => {
    ids.forEach((a, i) => {
      for (const [j, b] of ids.slice(i + 1, i + 1 + WINDOW).entries()) add(a, b, 1 / (j + 1));
    });
  };
  const words = new Map(corpus.synsets.map(({ id, words }) => [id, words.map((word) => encode(word))]));
  const wordsOf = (id: string): readonly (readonly number[])[] => words.get(id) ?? [];
  for (const synset of corpus.synsets) {
    const own = wordsOf(synset.id);
    const definition = encode(synset.definition);
    addText(definition);
    for (const example of synset.examples) addText(encode(example));
    own.forEach((word, i) => {
      addAll(word, definition, definition.length);
      for (const other of own.slice(0, i)) addAll(word, other, SYNONYMS);
    });
    for (const relation of synset.relations) addRelation(synset, relation, wordsOf, addAll);
  }
  for (const passage of corpus.passages) addText(encode(passage));
  return rows;
}

/** Antonyms stand in the same places, which is near enough: they get no weight of their own. */
function addRelation(
  { id }: Synset,
  { symbol, target, between }: Relation,
  wordsOf: (id: string) => readonly (readonly number[])[],
  addAll: (left: readonly number[], right: readonly number[], weight: number) => void,
): void {
  if (symbol === ANTONYM) return;
  const [own, others] = [wordsOf(id), wordsOf(target)];
  if (between !== null) {
    const [a, b] = [own[between[0]], others[between[1]]];
    if (a !== undefined && b !== undefined) addAll(a, b, forms.has(symbol) ? FORMS : 1);
    return;
  }
  const weight = (close.has(symbol) ? 1 : DISTANT) / Math.sqrt(others.length);
  for (const word of own) for (const other of others) addAll(word, other, weight);
}
