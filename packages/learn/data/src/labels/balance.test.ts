import { expect, it } from 'vitest';
import { classBalance } from './balance.js';
import { examplesOf } from '../testing/datasets.js';

it('weighs classes inversely to their frequency, with mean 1 over the examples', () => {
  const examples = examplesOf([60, 20, 10]);
  const balance = classBalance(examples, ['a', 'b', 'c']);
  expect(balance.counts).toEqual([60, 20, 10]);
  expect(balance.ratio).toBe(6);
  expect(balance.weights).toEqual([0.5, 1.5, 3]);
  const mean = examples.reduce((sum, { label }) => sum + (balance.weights[label] ?? 0), 0) / 90;
  expect(mean).toBeCloseTo(1, 12);
  expect(balance.note).toMatch(/"a" has 60 examples and "c" has 10/);
});

it('has nothing to say about even classes', () => {
  const balance = classBalance(examplesOf([30, 20]), ['a', 'b']);
  expect(balance.imbalanced).toBe(false);
  expect(balance.note).toBeUndefined();
});

it('gives a class without examples no weight', () => {
  const balance = classBalance(examplesOf([10, 0]), ['a', 'b']);
  expect(balance.weights).toEqual([1, 0]);
  expect(balance.imbalanced).toBe(true);
});
