import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readAmount, writeAmount } from './amounts.js';

const bytes = [
  { name: 'B', size: 1 },
  { name: 'kB', size: 1e3 },
  { name: 'MB', size: 1e6 },
];

it.each([
  ['5', 5],
  ['1.5kB', 1500],
  ['10 mb', 1e7],
  ['.5MB', 5e5],
  ['5GB', null],
  ['-1', null],
  ['0', null],
  ['kB', null],
  ['', null],
])('reads %j', (text, amount) => expect(readAmount(bytes, text)).toBe(amount));

it.each([
  [0, '0 B'],
  [0.0213, '0.021 B'],
  [999, '999 B'],
  [1234, '1.23 kB'],
  [9_100_000, '9.1 MB'],
])('writes %d', (amount, text) => expect(writeAmount(bytes, amount)).toBe(text));

it('reads what it writes, to three digits', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (amount) => {
      const again = readAmount(bytes, writeAmount(bytes, amount)) ?? NaN;
      expect(Math.abs(again - amount) / amount).toBeLessThan(0.006);
    }),
  );
});
