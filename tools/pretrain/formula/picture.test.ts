import { expect, it } from 'vitest';
import { createFormulaSet } from './picture.js';

const SIZE = 48;

function picture(set: ReturnType<typeof createFormulaSet>, label: number, key: number): Float32Array {
  const target = new Float32Array(3 * SIZE * SIZE);
  set.draw(label, 1, target, key);
  return target;
}

it('draws the same picture for the same keys, whatever was drawn before', () => {
  const first = createFormulaSet(1, 20, SIZE);
  const second = createFormulaSet(1, 20, SIZE);
  for (let label = 0; label < 20; label++) picture(second, label, 7);
  for (let label = 19; label >= 0; label--) {
    const drawn = picture(first, label, 3);
    expect(drawn).toEqual(picture(second, label, 3));
    expect(drawn).not.toEqual(picture(first, label, 4));
  }
  expect(picture(createFormulaSet(2, 20, SIZE), 0, 3)).not.toEqual(picture(first, 0, 3));
});

it('gives each class numbers of its own, in all families', () => {
  const { classes } = createFormulaSet(1, 40, SIZE);
  expect(new Set(classes.map((category) => JSON.stringify(category))).size).toBe(40);
  expect(new Set(classes.map(({ family }) => family))).toEqual(
    new Set(['fractal', 'spots', 'contours', 'strokes', 'patch', 'texture']),
  );
});

it('keeps values in -2..2 and shows something in every picture', () => {
  const set = createFormulaSet(3, 40, SIZE);
  for (let label = 0; label < 40; label++) {
    const drawn = picture(set, label, 1);
    expect(drawn.every((value) => value >= -2 && value <= 2)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(50);
  }
});
