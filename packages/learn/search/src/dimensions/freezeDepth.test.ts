import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freezeDepth } from './freezeDepth.js';

const memberOf = (freezeDepths: readonly number[]) => ({
  ...{ id: 'a', modality: 'image' as const, freezeDepths, policies: [], whyNot: () => 'it has 8 stages' },
});

/** The depths that are searched usually. */
function depthsOf(possible: readonly number[]): number[] {
  const range = freezeDepth.usual(memberOf(possible));
  return range.kind === 'choices' ? range.values.map(Number) : [];
}

describe('freeze depths by default', () => {
  it('are both ends and, from the head down, one, two, four, ... trained stages', () => {
    expect(depthsOf(Array.from({ length: 19 }, (_, i) => i))).toEqual([0, 2, 10, 14, 16, 17, 18]);
    expect(depthsOf([3, 4, 5])).toEqual([3, 4, 5]);
    expect(depthsOf([7])).toEqual([7]);
  });

  it('are possible ones, without a repetition, in order', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(30), (lowest, count) => {
        const possible = Array.from({ length: count + 1 }, (_, i) => lowest + i);
        const depths = depthsOf(possible);
        expect(depths.every((depth) => possible.includes(depth))).toBe(true);
        expect(depths).toEqual([...new Set(depths)].sort((a, b) => a - b));
        expect([depths[0], depths.at(-1)]).toEqual([lowest, lowest + count]);
      }),
    );
  });
});

describe('freeze depths that are asked for', () => {
  const narrow = (...args: Parameters<NonNullable<typeof freezeDepth.narrow>>) =>
    freezeDepth.narrow?.(...args);

  it('are those of a list or a range that are possible', () => {
    const member = memberOf([2, 3, 5, 8]);
    expect(narrow({ kind: 'choices', values: [5, 2] }, member)).toEqual({ kind: 'choices', values: [2, 5] });
    expect(narrow({ kind: 'integer', low: 0, high: 4 }, member)).toEqual({ kind: 'choices', values: [2, 3] });
  });

  it('are refused where they are not possible, with what is', () => {
    const asked = { kind: 'choices', values: [2, 4] } as const;
    expect(() => narrow(asked, memberOf([2, 3]))).toThrow(
      'backbone a cannot be trained with freeze depth 4: it has 8 stages; possible are 2 to 3',
    );
    expect(() => narrow({ kind: 'integer', low: 9, high: 12 }, memberOf([2, 3]))).toThrow(
      /possible are 2 to 3/,
    );
  });
});
