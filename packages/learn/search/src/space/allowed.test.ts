import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchSpace } from '@espalier/study';
import { choices } from '../dimensions/dimension.js';
import { allowedSpace, networkOf, networksIn } from './allowed.js';
import { pointsOf } from './points.js';

const tuned = (...ids: readonly string[]): SearchSpace => ({
  backbones: ids.map((id) => ({ id, ranges: { freezeDepth: choices(0, 2) } })),
  ranges: {},
});

const both: SearchSpace = {
  backbones: ['a', 'b', 'c'].map((id) => ({
    id,
    ranges: { freezeDepth: choices(0, 2), featureDepth: choices(1, 2, 3) },
  })),
  ranges: { method: choices('tune', 'probe') },
};

describe('the part of a space that is allowed', () => {
  it('leaves out a backbone that is not', () => {
    const space = allowedSpace(tuned('large', 'small'), (network) => network === 'small');
    expect(space?.backbones.map(({ id }) => id)).toEqual(['small']);
    expect(allowedSpace(tuned('large'), () => false)).toBeNull();
  });

  it('leaves out depths that a probe may not read', () => {
    const space = allowedSpace(both, (network) => !network.includes('depth 3'));
    expect(space?.backbones.map(({ ranges }) => ranges['featureDepth'])).toEqual(
      ['a', 'b', 'c'].map(() => choices(1, 2)),
    );
  });

  it('leaves out a method that no backbone is allowed by', () => {
    const space = allowedSpace(both, (network) => network.includes('depth'));
    expect(space?.ranges['method']).toEqual(choices('probe'));
    expect(space?.backbones).toHaveLength(3);
  });

  it('has no point that is not allowed, whatever is', () => {
    const names = networksIn(both).map(networkOf);
    fc.assert(
      fc.property(fc.subarray(names), (allowed) => {
        const space = allowedSpace(both, (network) => allowed.includes(network));
        if (space === null) {
          expect(allowed).toEqual([]);
          return;
        }
        const points = pointsOf(space, 2);
        for (let i = 0; i < points.size; i++) expect(allowed).toContain(networkOf(points.at(i)));
        expect(points.size).toBeGreaterThan(0);
      }),
    );
  });
});
