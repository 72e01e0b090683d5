import { learnPieces, wordsOf } from './pieces.js';

/** Words that are seen less often are written in pieces. */
const RAREST_WORD = 3;
/** Pieces that any word can be written with. */
const PIECES = 3000;

/**
 * A vocabulary of whole words and of pieces for all others, the most frequent ones first.
 *
 * @param size of words and pieces together
 */
export function chooseVocabulary(texts: readonly string[], size: number): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts]
    .filter(([, count]) => count >= RAREST_WORD)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([word]) => word);
  const pieces = learnPieces(texts, PIECES).filter((piece) => !counts.has(piece));
  return [...new Set([...words.slice(0, size - pieces.length), ...pieces])];
}
