import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestValue, earlyStopping, SearchError } from './index.js';
import { rateConfiguration, trialOf } from './testing/fixtures.js';

describe('earlyStopping', () => {
  it('stops when the best value is `patience` epochs old', () => {
    const stop = earlyStopping({ patience: 2, minDelta: 0 });
    expect(stop([])).toBe(false);
    expect(stop([0.5, 0.6, 0.6])).toBe(false);
    expect(stop([0.5, 0.6, 0.6, 0.6])).toBe(true);
    expect(stop([0.5, 0.6, 0.4, 0.61])).toBe(false);
  });

  it('takes a smaller step than minDelta for none, but adds small steps up', () => {
    const stop = earlyStopping({ patience: 2, minDelta: 0.01 });
    expect(stop([0.5, 0.505, 0.509])).toBe(true);
    expect(stop([0.5, 0.505, 0.511])).toBe(false);
  });

  it('stops a run that has no values', () => {
    expect(earlyStopping({ patience: 2 })([NaN, NaN])).toBe(true);
    expect(earlyStopping({ patience: 2 })([NaN, 0.1])).toBe(false);
  });

  it('never stops a rising curve, nor without patience any', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.integer({ min: 1, max: 9 }),
        (values, patience) => {
          const rising = [...new Set(values)].sort((a, b) => a - b);
          expect(earlyStopping({ patience })(rising)).toBe(false);
          expect(earlyStopping({ patience: null })(values)).toBe(false);
        },
      ),
    );
  });

  it.each([
    { patience: 0 },
    { patience: 1.5 },
    { patience: 3, minDelta: -1 },
    { patience: 3, minDelta: NaN },
  ])('refuses %j', (options) => expect(() => earlyStopping(options)).toThrow(SearchError));
});

it('bestValue is the highest of the curve, without NaN', () => {
  const best = (curve: readonly number[]) => bestValue(trialOf(0, rateConfiguration(1e-2), curve));
  expect([best([0.1, 0.4, NaN, 0.3]), best([]), best([NaN])]).toEqual([0.4, null, null]);
});
