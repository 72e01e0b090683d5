import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedTrial } from '../history.js';
import { ashaPruner, pruners, SearchError, type AshaOptions, type OwnPruner } from '../index.js';
import { rateConfiguration, trialOf } from '../testing/fixtures.js';

const trial = (number: number, ...curve: number[]): ObservedTrial =>
  trialOf(number, rateConfiguration(1e-2), curve, 'running');

/** Lets trials reach the first rung one after another and says which go on. */
function arrive(pruner: OwnPruner, values: readonly number[]): boolean[] {
  const history: ObservedTrial[] = [];
  return values.map((value, number) => {
    const arriving = trial(number, value);
    history.push(arriving);
    return !pruner.shouldStop({ trial: arriving, history });
  });
}

describe('asha', () => {
  const asha = ashaPruner({ minEpochs: 1, reduction: 3, maxEpochs: 9 });

  it('agrees with an example worked by hand', () => {
    // Places at the rung after each arrival: 0, 0, 1, 1, 1, 2, 2.
    const values = [0.5, 0.4, 0.45, 0.6, 0.5, 0.6, 0.55];
    expect(arrive(asha, values)).toEqual([true, true, false, true, false, true, false]);
  });

  it('decides at its rungs only, and not at the last epoch', () => {
    const better = [trial(1, ...Array<number>(9).fill(0.9)), trial(2, ...Array<number>(9).fill(0.8))];
    const stops = Array.from({ length: 9 }, (_, i) =>
      asha.shouldStop({ trial: trial(0, ...Array<number>(i + 1).fill(0.1)), history: better }),
    );
    expect(stops.flatMap((stop, i) => (stop ? [i + 1] : []))).toEqual([1, 3]);
    const wide = ashaPruner({ minEpochs: 2, reduction: 2, maxEpochs: 20 });
    const rungs = Array.from({ length: 20 }, (_, i) => i + 1).filter((epochs) =>
      wide.shouldStop({
        trial: trial(0, ...Array<number>(epochs).fill(0.1)),
        history: [trial(1, ...Array<number>(20).fill(0.9))],
      }),
    );
    expect(rungs).toEqual([2, 4, 8, 16]);
  });

  it('compares the best value up to the rung, whatever came later', () => {
    const history = [trial(1, 0.1, 0.2, 0.3, 0.99), trial(2, 0.3, 0.4, 0.2), trial(3, 0.9)];
    expect(asha.shouldStop({ trial: trial(0, 0.5, 0.1, 0.1), history })).toBe(false);
    expect(asha.shouldStop({ trial: trial(0, 0.35, 0.1, 0.1), history })).toBe(true);
  });

  it('lets exactly one in `reduction` on where all values are known and distinct', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true }), { minLength: 4 }),
        fc.integer({ min: 2, max: 4 }),
        (values, reduction) => {
          const pruner = ashaPruner({ reduction, maxEpochs: 10 });
          const history = values.map((value, number) => trial(number, value));
          const onward = history.filter((one) => !pruner.shouldStop({ trial: one, history }));
          expect(onward).toHaveLength(Math.floor(values.length / reduction));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([2, 3, 4])('lets about 1 in %i on where trials arrive one after another', (reduction) => {
    const random = createRandom(1, 'arrivals');
    const values = Array.from({ length: 300 }, () => random.uniform());
    const onward = arrive(ashaPruner({ reduction, maxEpochs: 10 }), values);
    expect(Math.abs(onward.filter(Boolean).length / 300 - 1 / reduction)).toBeLessThan(0.06);
  });

  it('lets equal values on together and ranks NaN last', () => {
    expect(arrive(asha, [0.5, 0.5, 0.5, 0.5])).toEqual([true, true, true, true]);
    expect(arrive(asha, [0.5, NaN, NaN, 0.5, NaN])).toEqual([true, true, false, true, false]);
  });
});

it('none never stops a trial', () => {
  const history = [trial(1, 1), trial(2, 1), trial(3, 1)];
  expect(
    pruners
      .get('none')()
      .shouldStop({ trial: trial(0, 0), history }),
  ).toBe(false);
});

it.each<AshaOptions>([{ maxEpochs: 0 }, { maxEpochs: 9, reduction: 1 }, { maxEpochs: 9, minEpochs: 0.5 }])(
  'asha refuses %j',
  (options) => {
    expect(() => ashaPruner(options)).toThrow(SearchError);
  },
);

it('the pruner of a study decides first behind its third epoch', async () => {
  const asha = pruners.get('asha')({ epochs: 9 });
  const history = [1, 2].map((number) => trial(number, ...Array<number>(9).fill(0.9)));
  const stops: boolean[] = [];
  for (let epochs = 1; epochs <= 9; epochs++) {
    stops.push(await asha.shouldStop({ trial: trial(0, ...Array<number>(epochs).fill(0.1)), history }));
  }
  expect(stops.flatMap((stop, i) => (stop ? [i + 1] : []))).toEqual([3]);
});

it('says which pruners there are where a name is none', () => {
  expect(() => pruners.get('halving')).toThrow(SearchError);
  expect(() => pruners.get('halving')).toThrow(/halving, choose one of none, asha/);
});
