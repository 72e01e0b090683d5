import { expect, it } from 'vitest';
import { leftNumber } from './numbers';

const field = { before: 12, min: 1, max: 100 };

it.each([
  ['what was typed', 7, 7],
  ['its least where less was typed', -3, 1],
  ['its most where more was typed', 500, 100],
  ['what it held where nothing is left', '', 12],
  ['what it held where no number was typed', '-', 12],
])('a field that is left holds %s', (_, typed, expected) => {
  expect(leftNumber(typed, field)).toBe(expected);
});

it('is empty where it may be', () => {
  expect(leftNumber('', { ...field, optional: true })).toBeNull();
  expect(leftNumber('-', { ...field, optional: true })).toBe(12);
});
