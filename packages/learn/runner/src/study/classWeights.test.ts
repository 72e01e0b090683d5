import { classBalance } from '@espalier/data';
import { expect, it } from 'vitest';
import { classWeightsOf } from './classWeights.js';
import { trainingRequestSchema } from '@espalier/study';

const classes = ['usual', 'rare'];
const balanceOf = (usual: number, rare: number): ReturnType<typeof classBalance> =>
  classBalance(
    [...new Array<number>(usual).fill(0), ...new Array<number>(rare).fill(1)].map((label) => ({ label })),
    classes,
  );
const weights = (kind: string | undefined, usual: number, rare: number): readonly number[] | null => {
  const training = trainingRequestSchema.parse({
    ...(kind !== undefined && { classWeights: kind }),
  });
  return classWeightsOf({ training }, { balance: balanceOf(usual, rare) });
};

it('classes count alike beyond 10 to 1, unless somebody says otherwise', () => {
  expect(weights(undefined, 100, 10)).toBeNull();
  const [usual, rare] = weights(undefined, 110, 10) as [number, number];
  expect(110 * usual).toBeCloseTo(10 * rare);
  expect(110 * usual + 10 * rare).toBeCloseTo(120);
  expect(weights('none', 1000, 10)).toBeNull();
  expect(weights('balanced', 60, 50)).not.toBeNull();
});
