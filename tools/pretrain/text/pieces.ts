/** Words as BERT's pre-tokenizer splits them: lower case, punctuation by itself. */
export const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

const CONTINUED = '##';

interface Word {
  pieces: string[];
  readonly count: number;
}

/**
 * Learns a vocabulary of word pieces by merging the most frequent pair of neighbours again and again
 * (Sennrich et al., 2016), written as WordPiece has them, with `##` before what continues a word.
 *
 * @param size pieces to learn, single characters included
 */
export function learnPieces(texts: readonly string[], size: number): string[] {
  const words = countWords(texts);
  const pieces = new Set(words.flatMap((word) => word.pieces));
  const pairs = countPairs(words);
  while (pieces.size < size) {
    const best = mostFrequent(pairs);
    if (best === null) break;
    const [left, right] = best.split(' ') as [string, string];
    const merged = left + right.replace(CONTINUED, '');
    pieces.add(merged);
    for (const word of [...(pairs.get(best)?.words ?? [])]) {
      updatePairs(pairs, word, -1);
      word.pieces = mergeIn(word.pieces, left, right, merged);
      updatePairs(pairs, word, 1);
    }
    pairs.delete(best);
  }
  return [...pieces].sort();
}

/** Rarer characters are unknown: each would cost an embedding. */
const RAREST_CHARACTER = 50;

function countWords(texts: readonly string[]): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const characters = new Map<string, number>();
  for (const [word, count] of counts)
    for (const one of word) characters.set(one, (characters.get(one) ?? 0) + count);
  const known = (word: string): boolean =>
    [...word].every((one) => (characters.get(one) ?? 0) >= RAREST_CHARACTER);
  return [...counts]
    .filter(([word]) => known(word))
    .map(([word, count]) => ({
      pieces: [...word].map((one, i) => (i === 0 ? one : CONTINUED + one)),
      count,
    }));
}

interface Pair {
  count: number;
  readonly words: Set<Word>;
}

function countPairs(words: readonly Word[]): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const word of words) updatePairs(pairs, word, 1);
  return pairs;
}

function updatePairs(pairs: Map<string, Pair>, word: Word, sign: 1 | -1): void {
  for (let i = 0; i + 1 < word.pieces.length; i++) {
    const name = `${word.pieces[i]} ${word.pieces[i + 1]}`;
    const pair = pairs.get(name) ?? { count: 0, words: new Set<Word>() };
    pair.count += sign * word.count;
    if (sign > 0) pair.words.add(word);
    else pair.words.delete(word);
    pairs.set(name, pair);
  }
}

/** Ties go to the first by name, so that the vocabulary does not depend on an order of reading. */
function mostFrequent(pairs: ReadonlyMap<string, Pair>): string | null {
  let best: string | null = null;
  let most = 1;
  for (const [name, { count }] of pairs) {
    if (count > most || (count === most && best !== null && name < best)) [best, most] = [name, count];
  }
  return best;
}

function mergeIn(pieces: readonly string[], left: string, right: string, merged: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const joins = pieces[i] === left && pieces[i + 1] === right;
    result.push(joins ? merged : (pieces[i] as string));
    if (joins) i++;
  }
  return result;
}
