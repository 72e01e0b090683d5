import type { ScannedExample } from '@espalier/data';
import { describe, expect, it } from 'vitest';
import { judgingOf, type Judging } from './judging.js';

const examples = (count: number, from = 0): ScannedExample[] =>
  Array.from(
    { length: count },
    (_, i) => ({ id: `${from + i}`, label: i % 2, contentHash: `${from + i}` }) as ScannedExample,
  );

const judged = (train: number, folds?: number): Judging =>
  judgingOf(
    { splits: { train: examples(train), validation: examples(20, train), test: [] }, classes: ['a', 'b'] },
    { seed: 1, balanced: null, objective: {} as Judging['objective'], folds },
  );

describe('the examples that judge', () => {
  it('are all labelled ones, on five folds, where there are few, and the validation split of many', () => {
    const [few, many] = [judged(100), judged(1981)];
    expect([few.basis, few.plan.folds, few.rows.length]).toEqual(['folds', 5, 120]);
    expect([many.basis, many.plan.folds, many.rows]).toEqual(['validation', 1, many.validation]);
  });

  it('are those on as many folds as are asked for, however many there are', () => {
    const [ten, many] = [judged(100, 10), judged(1981, 2)];
    expect([ten.basis, ten.plan.folds]).toEqual(['folds', 10]);
    expect([many.basis, many.plan.folds, many.rows.length]).toEqual(['folds', 2, 2001]);
  });

  it('are the validation split where no fold is asked for', () => {
    const few = judged(100, 0);
    expect([few.basis, few.rows]).toEqual(['validation', few.validation]);
    expect(few.rows).toHaveLength(20);
  });
});
