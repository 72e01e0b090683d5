import { createRandom, type Random } from '@espalier/base/random';

/** One fixed way to read a text: which share of its words is dropped, swapped or misspelt. */
export interface TextView {
  /** Share of the words left out, in [0, 1). */
  readonly drop: number;
  /** Share of the words that change places with the next one. */
  readonly swap: number;
  /** Share of the words in which two neighbouring letters change places. */
  readonly misspell: number;
  /** Names the random stream that picks the words. */
  readonly stream: string;
}

export const identityTextView: TextView = { drop: 0, swap: 0, misspell: 0, stream: '' };

/** A string that is equal exactly for equal views, to be part of a cache key. */
export const textViewKey = ({ drop, swap, misspell, stream }: TextView): string =>
  ['v1', drop, swap, misspell, stream].join(';');

/** The text as a view shows it; white space becomes single blanks where anything changes. */
export function viewText(text: string, view: TextView): string {
  if (view.drop === 0 && view.swap === 0 && view.misspell === 0) return text;
  const random = createRandom('text view', view.stream);
  const words = text.trim().split(/\s+/);
  const kept = words.filter(() => random.uniform() >= view.drop);
  const left = kept.length > 0 ? kept : [random.pick(words)];
  for (let i = 0; i + 1 < left.length; i++) {
    if (random.uniform() < view.swap) [left[i], left[i + 1]] = [left[i + 1] as string, left[i] as string];
  }
  return left.map((word) => (random.uniform() < view.misspell ? misspelt(word, random) : word)).join(' ');
}

function misspelt(word: string, random: Random): string {
  const letters = [...word];
  if (letters.length < 3) return word;
  const at = random.integer(letters.length - 1);
  [letters[at], letters[at + 1]] = [letters[at + 1] as string, letters[at] as string];
  return letters.join('');
}
