import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersOf, rangeOf, typedOf } from './typed.js';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
const rate = { kind: 'number', scale: 'logarithmic', whole: false } as const;

describe('a range as people type it', () => {
  it('is a list or a range of the numbers that were meant', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 5 }), (values) => {
        expect(rangeOf(values.join(', '), rate)).toEqual({ kind: 'choices', values });
        expect(numbersOf(values.join(','))).toEqual(values);
      }),
    );
    fc.assert(
      fc.property(finite, finite, (low, high) => {
        expect(rangeOf(`${low}..${high}`, rate)).toEqual({ kind: 'logUniform', low, high });
        expect(rangeOf(`${low}..${high}`, { ...rate, scale: 'linear' })).toEqual({
          kind: 'uniform',
          low,
          high,
        });
        expect(typedOf({ kind: 'logUniform', low, high })).toBe(`${low}..${high}`);
      }),
    );
  });

  it.each(['', ' ', 'fast', '1..2..3', '1..', '..2', '1,x', 'Infinity', '1;2'])('is not %j', (text) => {
    expect(rangeOf(text, rate)).toBeNull();
  });

  it('is a list of names, or of whole numbers', () => {
    const names = { kind: 'name', scale: 'linear', whole: false } as const;
    expect(rangeOf(' flip, crop ,', names)).toEqual({ kind: 'choices', values: ['flip', 'crop'] });
    expect(rangeOf(' , ', names)).toBeNull();
    expect(rangeOf('2..5', { ...rate, whole: true })).toEqual({ kind: 'integer', low: 2, high: 5 });
  });
});
