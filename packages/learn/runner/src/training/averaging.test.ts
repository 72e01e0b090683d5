import { float32, floatsOf, lookUp } from '@espalier/onnx';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addToMean, isAveraged, type WeightMean } from './averaging.js';

const value = fc.double({ min: -10, max: 10, noNaN: true });

it('is the mean of what was taken in, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6 }), (rows) => {
      const all = rows.map((row) => new Map([['w', float32([2], row)]]));
      const mean = all.reduce<WeightMean | null>(addToMean, null) as WeightMean;
      expect(mean.count).toBe(rows.length);
      const found = floatsOf(lookUp(mean.weights, 'w'));
      for (const i of [0, 1] as const) {
        const expected = rows.reduce((sum, row) => sum + row[i], 0) / rows.length;
        expect(found[i]).toBeCloseTo(expected, 4);
      }
    }),
  );
});

it('leaves what it was given as it is', () => {
  const first = new Map([['w', float32([1], [1])]]);
  const mean = addToMean(null, first);
  addToMean(mean, new Map([['w', float32([1], [3])]]));
  expect([...floatsOf(lookUp(first, 'w'))]).toEqual([1]);
});

it('begins in the second half of the epochs', () => {
  expect([1, 2, 3, 4, 5].map((epoch) => isAveraged(epoch, 5))).toEqual([false, false, true, true, true]);
  expect([1, 2].map((epoch) => isAveraged(epoch, 2))).toEqual([false, true]);
});
