import type { Range, Value } from '@espalier/study';

/** What a dimension says of its values, as far as reading a text takes it. */
export interface Typed {
  readonly kind: 'number' | 'name';
  readonly scale: 'linear' | 'logarithmic';
  readonly whole: boolean;
}

const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text));

const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Numbers as people type them, with commas between them; null where one is none. */
export function numbersOf(text: string): number[] | null {
  const numbers = partsOf(text).map(numberOf);
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : null;
}

/**
 * A range as people type it: a value, a list such as `0.001,0.01` or `flip,crop`, or two ends such as
 * `0.0001..0.01`; null where it is none of them.
 */
export function rangeOf(text: string, { kind, scale, whole }: Typed): Range | null {
  if (kind === 'name') {
    const names = partsOf(text);
    return names.length === 0 ? null : choicesOf(names);
  }
  const ends = text.split('..');
  if (ends.length === 1) {
    const numbers = numbersOf(text);
    return numbers === null ? null : choicesOf(numbers);
  }
  const [low = NaN, high = NaN] = ends.map(numberOf);
  if (ends.length !== 2 || !Number.isFinite(low) || !Number.isFinite(high)) return null;
  if (whole) return { kind: 'integer', low, high };
  return { kind: scale === 'linear' ? 'uniform' : 'logUniform', low, high };
}

const choicesOf = (values: readonly Value[]): Range => ({ kind: 'choices', values });

/** A range as {@link rangeOf} reads it. A range that is searched evenly is typed like one that is not. */
export const typedOf = (range: Range): string =>
  range.kind === 'choices' ? range.values.join(', ') : `${range.low}..${range.high}`;
