import { expect, it } from 'vitest';
import { checkBudget, checkTime, type Budget, type Usage } from '../index.js';

const budget: Budget = { trials: 20, epochs: 10, totalEpochs: 100, seconds: 60 };
const used: Usage = { trials: 19, epochs: 99, seconds: 59.9 };

it('has budget left below every limit, and without limits always', () => {
  expect(checkBudget(budget, used)).toEqual({ kind: 'left' });
  const unlimited: Budget = { trials: null, epochs: 10, totalEpochs: null, seconds: null };
  expect(checkBudget(unlimited, { trials: 1e6, epochs: 1e6, seconds: 1e6 })).toEqual({ kind: 'left' });
});

it.each<[Partial<Usage>, string]>([
  [{ trials: 20 }, 'The budget is spent: 20 trials have started.'],
  [{ epochs: 104 }, 'The budget is spent: 100 epochs have been trained.'],
  [{ seconds: 60 }, 'The budget is spent: 60 seconds have passed.'],
])('is spent at %j', (change, reason) => {
  expect(checkBudget(budget, { ...used, ...change })).toEqual({ kind: 'spent', reason });
});

it('starts nothing on an empty budget', () => {
  const nothing = { trials: 0, epochs: 0, seconds: 0 };
  expect(checkBudget({ ...budget, trials: 0 }, nothing).kind).toBe('spent');
  expect(checkBudget({ ...budget, seconds: 0 }, nothing).kind).toBe('spent');
});

it('looks at nothing but the time inside a trial', () => {
  expect(checkTime(budget, { seconds: 59 })).toEqual({ kind: 'left' });
  expect(checkTime(budget, { seconds: 61 }).kind).toBe('spent');
  expect(checkTime({ seconds: null }, { seconds: 1e9 }).kind).toBe('left');
});
