/** A count and its noun: "1 example", "2,000 examples". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}

/** "a", "a and b", "a, b and c". */
export const listedWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

/** "a", "a or b", "a, b or c". */
export const alternatives = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;

/** The first few of a list, and how many more there are. */
export function shownSome(words: readonly string[], most = 3): string {
  const rest = words.length - most;
  return rest <= 0
    ? words.join(', ')
    : `${words.slice(0, most).join(', ')} and ${rest.toLocaleString('en-US')} more`;
}
