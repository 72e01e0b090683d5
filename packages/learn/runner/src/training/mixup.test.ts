import { createRandom } from '@espalier/base/random';
import { expect, it } from 'vitest';
import { drawBeta, mixPairs } from './mixup.js';

const DRAWS = 20_000;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

it.each([0.1, 0.4, 1, 3])('draws shares with the moments of Beta(%d, %d)', (alpha) => {
  const random = createRandom('beta', alpha);
  const shares = Array.from({ length: DRAWS }, () => drawBeta(alpha, random));
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  expect(mean(shares)).toBeCloseTo(0.5, 1.7);
  expect(mean(shares.map((share) => (share - 0.5) ** 2))).toBeCloseTo(1 / (4 * (2 * alpha + 1)), 2);
});

it('draws 0 or 1 where the parameter is next to nothing', () => {
  const random = createRandom('tiny');
  const shares = Array.from({ length: 200 }, () => drawBeta(1e-6, random));
  expect(shares.every((share) => share < 1e-9 || share > 1 - 1e-9)).toBe(true);
  expect(mean(shares)).toBeCloseTo(0.5, 0.8);
});

it('mixes activations and targets of a pair by the same share, and keeps their sums', () => {
  const rows = 5;
  const before = Float32Array.from({ length: rows * 3 }, (_, i) => i * i);
  const data = before.slice();
  // One-hot targets, so that they say what became of each example; three rows of padding.
  const targets = new Float32Array(8 * rows);
  for (let row = 0; row < rows; row++) targets[row * rows + row] = 1;
  mixPairs({ examples: { data }, targets, rows, batch: 8 }, 1, createRandom('pairs'));
  let [mixed, alone] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const shares = targets.subarray(row * rows, (row + 1) * rows);
    expect(mean([...shares]) * rows).toBeCloseTo(1, 6);
    const parts = [...shares].filter((share) => share > 0).length;
    if (parts === 2) mixed++;
    else alone++;
    for (let i = 0; i < 3; i++) {
      const expected = [...shares].reduce(
        (sum, share, from) => sum + share * (before[from * 3 + i] as number),
        0,
      );
      expect(data[row * 3 + i]).toBeCloseTo(expected, 3);
    }
  }
  expect([mixed, alone]).toEqual([4, 1]);
  expect([...targets.subarray(rows * rows)].every((value) => value === 0)).toBe(true);
});
