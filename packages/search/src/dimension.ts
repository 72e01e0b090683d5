/** What a number may be: one of a list, or anything between two ends, evenly or evenly in its logarithm. */
export type NumberDimension =
  | { readonly kind: 'choices'; readonly values: readonly number[] }
  | { readonly kind: 'uniform' | 'logUniform'; readonly low: number; readonly high: number };

const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text));

/** Numbers as people type them, with commas between them; null where one is none. */
export function numbersOf(text: string): number[] | null {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const numbers = parts.map(numberOf);
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : null;
}

/**
 * A dimension as people type it: `0.001`, a list `0.001,0.01`, or a range `0.0001..0.01`, which is searched in
 * its logarithm; null where it is none of them.
 */
export function dimensionOf(text: string): NumberDimension | null {
  const ends = text.split('..');
  if (ends.length === 1) {
    const values = numbersOf(text);
    return values === null ? null : { kind: 'choices', values };
  }
  const [low = NaN, high = NaN] = ends.map(numberOf);
  const isRange = ends.length === 2 && Number.isFinite(low) && Number.isFinite(high);
  return isRange ? { kind: 'logUniform', low, high } : null;
}
