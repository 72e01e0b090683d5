import { describe, expect, it } from 'vitest';
import { classLine } from './classes';

describe('the classes of a dataset', () => {
  it('are named with their counts in all splits and with where they come from', () => {
    const splits = { train: [8, 1200], validation: [2, 30], test: [2, 4] };
    expect(classLine({ classes: ['a', 'b'], labelsFrom: 'column "label"', splits })).toBe(
      'Classes, from column "label": a (12), b (1,234)',
    );
  });

  it('are named without their origin where an earlier version inspected the dataset', () => {
    expect(classLine({ classes: ['a'], labelsFrom: null, splits: { train: [3] } })).toBe('Classes: a (3)');
  });

  it('are counted where there are too many to name', () => {
    const classes = Array.from({ length: 23 }, (_, i) => `c${i}`);
    const line = classLine({ classes, labelsFrom: null, splits: { train: classes.map(() => 1) } });
    expect(line).toMatch(/, c19 \(1\) and 3 more$/);
  });
});
