/** Halves of a character, what XML does not allow, and what turns the direction of writing. */
const badCharacters = /[\p{Cs}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu;

/** One line of text that XML, YAML and Markdown can carry: no controls, no halves of a character. */
export function clean(value: string): string {
  const line = value
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(badCharacters, '\ufffd')
    .trim();
  return line === '' ? '(empty)' : line;
}

/** A clean line of at most so many characters. */
export function shorten(value: string, length: number): string {
  const characters = [...clean(value)];
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** Lines as they are, without other controls; for code blocks. */
export const cleanLines = (value: string): string =>
  value
    .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, ' ')
    .replace(badCharacters, '\ufffd');

/** An absolute path of a machine at the start of a word, quoted or not; addresses of the web are none. */
const place =
  /(?<![\w/\\.:-])(?:file:\/\/)?(?:~|[A-Za-z]:(?=[\\/]))?[\\/](?![\\/])(?:[^\s'"`,;)\]]|(?<=\\) )*/g;
const quotedPlace = /(['"])(?:file:\/\/)?(?:~|[A-Za-z]:(?=[\\/]))?[\\/](?![\\/])[^'"\n]*\1/g;

/** Text with the last part alone of each path that begins at the root of a machine or at a person's home. */
export const withoutPlaces = (value: string): string =>
  value
    .replace(quotedPlace, (path, quote: string) => `${quote}${lastPart(path.slice(1, -1))}${quote}`)
    .replace(place, lastPart);

const lastPart = (path: string): string =>
  path
    .split(/[\\/]+/)
    .filter((part) => part !== '')
    .at(-1) ?? path;
