/**
 * A text as ids that need no vocabulary and no file. Whoever fits an n-gram model and whoever runs it
 * later have to read a text alike, so nothing here may change without a new preprocessing.
 */

/** Most words of a text; what comes after them is not read. */
export const MOST_BAG_WORDS = 4096;

/** Most characters of a text, spaces around the words included; what comes after them is not read. */
export const MOST_BAG_CHARACTERS = 32_768;

/** Id of the spaces around words in {@link bagCharacters}. */
export const BAG_SPACE = 0x20;

/** Chinese characters and Japanese kana are written without spaces: each is a word. */
const UNSPACED = String.raw`(?=[\p{L}\p{N}])[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]`;

/** Else a word is a run of letters, digits and underscores, with the marks on them. */
const WORD = new RegExp(
  String.raw`${UNSPACED}\p{M}*|(?!${UNSPACED})[\p{L}\p{N}_](?:(?!${UNSPACED})[\p{L}\p{M}\p{N}_])*`,
  'gu',
);

/** NUL separates words too, because 0 fills up a batch. */
const UNSEPARATED = /[^\s\0]+/gu;

const utf8 = new TextEncoder();

/**
 * The ids of a text's words in their order, at most {@link MOST_BAG_WORDS}. A word is a run of letters,
 * digits and underscores in lower case, as short as one of them; each Chinese character and Japanese kana
 * is a word of its own. (Korean has spaces; runs of Thai, Lao or Khmer stay whole.) Its id is the 32-bit
 * FNV-1a hash of its UTF-8 bytes, plus 1: in 1..2^32, so that 0 can fill up a batch.
 */
export function bagWords(text: string): number[] {
  const ids: number[] = [];
  for (const [word] of lowered(text).matchAll(WORD)) {
    if (ids.length === MOST_BAG_WORDS) break;
    ids.push(fnv1a(utf8.encode(word)) + 1);
  }
  return ids;
}

/**
 * The code points of a text in lower case, at most {@link MOST_BAG_CHARACTERS}, with one space on each
 * side of every word. Two neighbouring words have two spaces between them, so an n-gram that lies in
 * both holds a double space and one within a word never does (scikit-learn's `char_wb`). Words are what
 * white space separates, punctuation included.
 */
export function bagCharacters(text: string): number[] {
  const ids: number[] = [];
  for (const [word] of lowered(text).matchAll(UNSEPARATED)) {
    ids.push(BAG_SPACE);
    for (const character of word) ids.push(character.codePointAt(0) as number);
    ids.push(BAG_SPACE);
    if (ids.length >= MOST_BAG_CHARACTERS) break;
  }
  return ids.slice(0, MOST_BAG_CHARACTERS);
}

const lowered = (text: string): string => text.toLowerCase();

/** Fowler, Noll and Vo's hash, variant 1a (RFC 9923), as an unsigned 32-bit number. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
