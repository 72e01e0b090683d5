import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stratifiedFolds, type Unit } from './folds.js';
import { inTurn } from '../testing/problems.js';

const labelling = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 80 });
const foldCount = fc.integer({ min: 2, max: 6 });
const seeds = fc.nat(1000);

const alone = (labels: readonly number[]): Unit[] => labels.map((_, i) => [i]);

/** Examples in units of 1 to 4, in no order. */
function unitsOf(count: number, seed: number): Unit[] {
  const random = createRandom('units', seed);
  const left = random.shuffle(Array.from({ length: count }, (_, i) => i));
  const units: Unit[] = [];
  while (left.length > 0) units.push(left.splice(0, 1 + random.integer(4)));
  return units;
}

const countsOf = (fold: Int32Array, folds: number, counts: (row: number) => boolean): number[] =>
  Array.from({ length: folds }, (_, f) => [...fold].filter((own, row) => own === f && counts(row)).length);

const unevenness = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);

describe('stratified folds', () => {
  it('give every example one fold, and units the same', () => {
    fc.assert(
      fc.property(labelling, foldCount, seeds, (labels, folds, seed) => {
        const units = unitsOf(labels.length, seed);
        const fold = stratifiedFolds(labels, units, { folds, seed, repeat: 0 });
        expect(fold).toHaveLength(labels.length);
        expect([...fold].every((own) => Number.isInteger(own) && own >= 0 && own < folds)).toBe(true);
        for (const unit of units) expect(new Set(unit.map((i) => fold[i])).size).toBe(1);
      }),
    );
  });

  it('of single examples are as even as can be, in all and in each class', () => {
    fc.assert(
      fc.property(labelling, foldCount, seeds, (labels, folds, seed) => {
        const fold = stratifiedFolds(labels, alone(labels), { folds, seed, repeat: 0 });
        for (const label of new Set(labels)) {
          expect(unevenness(countsOf(fold, folds, (row) => labels[row] === label))).toBeLessThanOrEqual(1);
        }
        expect(unevenness(countsOf(fold, folds, () => true))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('of small units are even within the largest unit', () => {
    fc.assert(
      fc.property(foldCount, seeds, (folds, seed) => {
        const labels = new Array<number>(60).fill(0);
        const fold = stratifiedFolds(labels, unitsOf(60, seed), { folds, seed, repeat: 0 });
        expect(unevenness(countsOf(fold, folds, () => true))).toBeLessThanOrEqual(4);
      }),
    );
  });

  it('repeat for the same seed and differ for another seed or repeat', () => {
    const labels = inTurn(60, 3);
    const drawn = (seed: number, repeat: number): number[] => [
      ...stratifiedFolds(labels, alone(labels), { folds: 5, seed, repeat }),
    ];
    expect(drawn(1, 0)).toEqual(drawn(1, 0));
    const all = [drawn(1, 0), drawn(1, 1), drawn(1, 2), drawn(2, 0)];
    expect(new Set(all.map((fold) => fold.join())).size).toBe(4);
  });
});
