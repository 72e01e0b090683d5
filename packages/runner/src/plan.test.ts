import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratesOf } from './groups.js';
import { defaultDepths } from './spaces.js';

describe('freeze depths by default', () => {
  it('are both ends and, from the head down, one, two, four, ... trained stages', () => {
    expect(defaultDepths(Array.from({ length: 19 }, (_, i) => i))).toEqual([0, 2, 10, 14, 16, 17, 18]);
    expect(defaultDepths([3, 4, 5])).toEqual([3, 4, 5]);
    expect(defaultDepths([7])).toEqual([7]);
  });

  it('are possible ones, without a repetition, in order', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(30), (lowest, count) => {
        const possible = Array.from({ length: count + 1 }, (_, i) => lowest + i);
        const depths = defaultDepths(possible);
        expect(depths.every((depth) => possible.includes(depth))).toBe(true);
        expect(depths).toEqual([...new Set(depths)].sort((a, b) => a - b));
        expect([depths[0], depths.at(-1)]).toEqual([lowest, lowest + count]);
      }),
    );
  });
});

describe('learning rates', () => {
  it('fall by the layer decay from the head down', () => {
    expect(ratesOf(4, 0.8, 0.5)).toEqual([0.1, 0.2, 0.4, 0.8]);
    expect(ratesOf(1, 0.1, 0.5)).toEqual([0.1]);
  });
});
