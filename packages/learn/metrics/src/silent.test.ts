import { expect, it } from 'vitest';
import { silentClasses } from './classification.js';

it('a class that is never answered is found over all splits, unless its examples are too few to tell', () => {
  const validation = [
    [5, 0, 0, 1],
    [2, 0, 0, 0],
    [0, 0, 0, 2],
    [1, 0, 0, 3],
  ];
  const test = [
    [6, 0, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 1, 3],
  ];
  expect(silentClasses([validation, test])).toEqual([{ label: 1, examples: 3 }]);
  expect(silentClasses([validation])).toEqual([]);
  expect(silentClasses([test])).toEqual([]);
});
