import { expect, it } from 'vitest';
import { z } from 'zod';
import { bracketed, faultsOf } from './faults.js';

/** A text, as an API takes it. */
const plainText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\0]*$/, 'a text without NUL characters');

const told = (schema: z.ZodType, input: unknown): string => {
  const { error } = schema.safeParse(input);
  if (error === undefined) throw new Error('the input is valid');
  return faultsOf(error);
};

it.each<[z.ZodType, unknown, string]>([
  [z.object({ id: z.uuid() }), { id: 'abc' }, 'id: this is not an id'],
  [z.object({ id: z.uuid() }), {}, 'id: a text is needed'],
  [z.object({ id: z.uuid() }), null, 'an object with settings is needed'],
  [plainText(9).min(1), ' ', 'give at least 1 character'],
  [plainText(9), '0123456789', 'give at most 9 characters'],
  [plainText(9), 'a\0b', 'use a text without NUL characters'],
  [z.string().regex(/^a$/), 'b', 'this does not have the required form'],
  [z.string().regex(/^a$/, 'an id is an a'), 'b', 'an id is an a'],
  [z.number(), NaN, 'a number is needed, but this is NaN'],
  [z.string('give a path'), 1, 'give a path'],
  [z.instanceof(AbortSignal), {}, 'a value of AbortSignal is needed'],
  [z.array(z.int()).min(2), [1], 'give at least 2 entries'],
  [z.object({ a: z.array(z.int()) }), { a: [1, 'b'] }, 'a.1: a number is needed'],
  [z.int(), 1.5, 'a whole number is needed'],
  [z.number().min(1), 0, 'this must be at least 1'],
  [z.number().gt(0).lt(1), 1, 'this must be less than 1'],
  [z.number().multipleOf(8), 3, 'a multiple of 8 is needed'],
  [z.enum(['tpe', 'grid']), 'best', 'one of tpe, grid is needed'],
  [z.strictObject({ a: z.int() }), { a: 1, b: 2 }, 'there is no setting b'],
  [z.union([z.int(), z.boolean()]), 'x', 'this matches no known form'],
  [z.string().refine(() => false, 'low has to be below high'), '', 'low has to be below high'],
  [z.string().refine(() => false), '', 'this is invalid'],
])('says what is wrong in words of its own: %#', (schema, input, sentence) => {
  expect(told(schema, input)).toBe(sentence);
});

it('names the first faults, and counts the others', () => {
  const input = Array.from({ length: 7 }, () => 'x');
  expect(told(z.array(z.int()), input)).toMatch(
    /^0: a number is needed; .*4: a number is needed; and 2 more$/,
  );
});

it('writes places as code has them where that is asked for', () => {
  const { error } = z.object({ a: z.array(z.object({ b: z.int() })) }).safeParse({ a: [{ b: 'x' }] });
  expect(error === undefined ? '' : faultsOf(error, bracketed)).toBe('a[0].b: a number is needed');
});
