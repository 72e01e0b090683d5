import { expect, it } from 'vitest';
import { metrics } from './index.js';

/** Two classes, four examples of the first and one of the second; three of four and none are found. */
const predictions = {
  probabilities: [
    [0.9, 0.1],
    [0.8, 0.2],
    [0.6, 0.4],
    [0.3, 0.7],
    [0.5, 0.5],
  ],
  labels: [0, 0, 0, 0, 1],
};

it.each([
  ['accuracy', 3 / 5],
  ['balancedAccuracy', (3 / 4 + 0) / 2],
  ['macroF1', (2 * 3) / (4 + 4) / 2],
  ['logLoss', -(Math.log(0.9) + Math.log(0.8) + Math.log(0.6) + Math.log(0.3) + Math.log(0.5)) / 5],
])('%s', (name, expected) => {
  expect(metrics.get(name).measure(predictions)).toBeCloseTo(expected, 12);
});

it('names those that there are where one is not', () => {
  expect(() => metrics.get('precison')).toThrow(/accuracy, balancedAccuracy, macroF1, logLoss/);
});
