import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dimensionOf, numbersOf } from './dimension.js';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));

describe('a dimension as people type it', () => {
  it('is a list or a range of the numbers that were meant', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 5 }), (values) => {
        expect(dimensionOf(values.join(', '))).toEqual({ kind: 'choices', values });
        expect(numbersOf(values.join(','))).toEqual(values);
      }),
    );
    fc.assert(
      fc.property(finite, finite, (low, high) => {
        expect(dimensionOf(`${low}..${high}`)).toEqual({ kind: 'logUniform', low, high });
      }),
    );
  });

  it.each(['', ' ', 'fast', '1..2..3', '1..', '..2', '1,x', 'Infinity', '1;2'])('is not %j', (text) => {
    expect(dimensionOf(text)).toBeNull();
  });
});
