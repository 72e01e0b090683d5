import { describe, expect, it } from 'vitest';
import { SearchError } from '../errors.js';
import { rateConfiguration, trialOf } from '../testing/fixtures.js';
import { ashaPruner } from './asha.js';
import { bracketOf, bracketsOf, hyperbandPruner } from './hyperband.js';

const options = { minEpochs: 2, reduction: 3, maxEpochs: 20 };
const brackets = bracketsOf(options);
const numbers = Array.from({ length: 3000 }, (_, number) => number);
const flat = (number: number, epochs: number, value: number) =>
  trialOf(number, rateConfiguration(1e-2), Array<number>(epochs).fill(value), 'running');

describe('hyperband', () => {
  it('has the brackets worked by hand', () => {
    // Three brackets: ceil(3 * 9 / 3), ceil(3 * 3 / 2), ceil(3 * 1 / 1) of 17 trials.
    expect(brackets).toEqual([
      { minEpochs: 2, weight: 9 },
      { minEpochs: 6, weight: 5 },
      { minEpochs: 18, weight: 3 },
    ]);
    expect(bracketsOf({ minEpochs: 2, reduction: 3, maxEpochs: 5 })).toEqual([{ minEpochs: 2, weight: 1 }]);
  });

  it('puts each number into one bracket, by their weights', () => {
    for (const [index, { weight }] of brackets.entries()) {
      const share = numbers.filter((number) => bracketOf(brackets, number) === index).length / numbers.length;
      expect(Math.abs(share - weight / 17)).toBeLessThan(0.03);
    }
  });

  it('is ASHA from the first rung of a bracket on, among the trials of the bracket', () => {
    const pruner = hyperbandPruner(options);
    for (const [index, { minEpochs }] of brackets.entries()) {
      const own = numbers.filter((number) => bracketOf(brackets, number) === index);
      const others = numbers.filter((number) => bracketOf(brackets, number) !== index);
      const [number = NaN, ...better] = own.slice(0, 4);
      const strangers = others.slice(0, 9).map((other) => flat(other, 20, 0.9));
      const alike = better.map((other) => flat(other, 20, 0.9));
      const asha = ashaPruner({ ...options, minEpochs });
      for (let epochs = 1; epochs <= 20; epochs++) {
        const trial = flat(number, epochs, 0.1);
        expect(pruner.shouldStop({ trial, history: strangers })).toBe(false);
        expect(pruner.shouldStop({ trial, history: [...strangers, ...alike] })).toBe(
          asha.shouldStop({ trial, history: alike }),
        );
      }
      expect(asha.shouldStop({ trial: flat(number, minEpochs, 0.1), history: alike })).toBe(true);
    }
  });

  it('refuses options that are none', () => {
    expect(() => hyperbandPruner({ maxEpochs: 0 })).toThrow(SearchError);
    expect(() => hyperbandPruner({ maxEpochs: 9, reduction: 1 })).toThrow('The hyperband pruner needs');
  });
});
