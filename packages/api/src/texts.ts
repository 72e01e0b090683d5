import { z } from 'zod';

/** A text of people, without the character that PostgreSQL keeps in none. */
export const plainText = (most: number): z.ZodString =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\0]*$/, 'a text without NUL');

/** What is searched for, where `%`, `_` and `\` are to mean themselves. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
