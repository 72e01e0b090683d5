import { z } from 'zod';

/** A text of people, without the character that PostgreSQL keeps in none. */
export const plainText = (most: number): z.ZodString =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\0]*$/, 'a text without NUL');

/** Escapes `%`, `_` and `\` in a search text. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/**
 * The same without what PostgreSQL keeps in no text: NUL, and half of a surrogate pair. A file of a stranger
 * may name anything by it.
 */
export function storable<T>(value: T): T {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'string' ? Buffer.from(inner.replaceAll('\0', '')).toString() : inner,
  );
  return JSON.parse(text) as T;
}
