interface Bounds {
  /** The previous value; null for an empty field. */
  readonly before: number | null;
  readonly min: number;
  readonly max?: number | undefined;
  /** Whether the field may be empty. */
  readonly optional?: boolean | undefined;
}

/**
 * Computes the value of a number field when the user leaves it: the typed number, clamped to its bounds, or the
 * previous value if the text is no number.
 */
export function leftNumber(
  typed: string | number,
  { before, min, max = Infinity, optional = false }: Bounds,
): number | null {
  if (typeof typed === 'number') return Math.min(Math.max(typed, min), max);
  return optional && typed.trim() === '' ? null : before;
}
