import { BAG_SPACE, bagCharacters, bagWords } from '@espalier/data';

/** One half of a bag: which ids of a text its n-grams are made of, and how many of them. */
export interface GramKind {
  readonly name: 'words' | 'characters';
  /** Ids of a text, each in 1..2^32. */
  readonly idsOf: (text: string) => number[];
  /** Ids in the shortest and in the longest n-gram. */
  readonly shortest: number;
  readonly longest: number;
  /** An id that stands between units, twice in a row, which no n-gram may cross. */
  readonly separator: number | null;
}

/** Single words and pairs. */
export const wordGrams: GramKind = {
  name: 'words',
  idsOf: bagWords,
  shortest: 1,
  longest: 2,
  separator: null,
};

/** 2 to 5 characters of a word and the spaces around it (scikit-learn's `char_wb`). */
export const characterGrams: GramKind = {
  name: 'characters',
  idsOf: bagCharacters,
  shortest: 2,
  longest: 5,
  separator: BAG_SPACE,
};

/** Code units that an id takes in a key. */
const UNITS = 2;

/**
 * Visits the n-grams of a text in their order, repeated ones repeatedly, as keys: strings of two 16-bit
 * units an id, which a Map finds without an object for each n-gram.
 */
export function visitGrams(text: string, kind: GramKind, visit: (key: string) => void): void {
  const ids = kind.idsOf(text);
  const units = keyOf(ids);
  const { shortest, longest, separator } = kind;
  for (let start = 0; start < ids.length; start++) {
    const most = Math.min(longest, ids.length - start);
    for (let n = 1; n <= most; n++) {
      const last = start + n - 1;
      if (n > 1 && separator !== null && ids[last] === separator && ids[last - 1] === separator) break;
      if (n >= shortest) visit(units.slice(UNITS * start, UNITS * (last + 1)));
    }
  }
}

/** Ids that `fromCharCode` takes at once without too deep a stack. */
const CHUNK = 4096;

function keyOf(ids: readonly number[]): string {
  let key = '';
  for (let start = 0; start < ids.length; start += CHUNK) {
    const units = ids.slice(start, start + CHUNK).flatMap((id) => [(id - 1) >>> 16, (id - 1) & 0xffff]);
    key += String.fromCharCode(...units);
  }
  return key;
}

/** Number of ids per n-gram. */
export const gramLength = (key: string): number => key.length / UNITS;

/** The ids of an n-gram. */
export const gramIds = (key: string): number[] =>
  Array.from(
    { length: gramLength(key) },
    (_, i) => key.charCodeAt(UNITS * i) * 0x10000 + key.charCodeAt(UNITS * i + 1) + 1,
  );
