interface Bounds {
  /** What the field held before; null for nothing. */
  readonly before: number | null;
  readonly min: number;
  readonly max?: number | undefined;
  /** Whether it may be left empty. */
  readonly optional?: boolean | undefined;
}

/**
 * What a number field holds once it is left: what was typed, within its bounds, and what it held before
 * where that is no number.
 */
export function leftNumber(
  typed: string | number,
  { before, min, max = Infinity, optional = false }: Bounds,
): number | null {
  if (typeof typed === 'number') return Math.min(Math.max(typed, min), max);
  return optional && typed.trim() === '' ? null : before;
}
