import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisOf } from './axis.js';
import { configurationSchema, searchSpaceSchema, type Ranges, type SearchSpace } from '@espalier/study';
import { SearchError } from '../errors.js';
import { anySpaces, finiteSpaces, list, mixedSpace, withDepths, withRanges } from '../testing/fixtures.js';
import { isInSpace, pointsOf, sizeOfSpace } from './points.js';
import { checkSpace } from './space.js';

describe('sizeOfSpace', () => {
  it('counts each backbone with its own depths', () => {
    const lists = withRanges(mixedSpace, { learningRate: list(1e-3, 1e-2), layerDecay: list(1) });
    expect(sizeOfSpace(lists)).toBe((7 + 4 + 9) * 2 * 1 * 4 * 4);
    expect(sizeOfSpace(mixedSpace)).toBeNull();
  });

  it('is the number of points, which are distinct and in the space', () => {
    fc.assert(
      fc.property(finiteSpaces, (space) => {
        const points = pointsOf(space, 4);
        const all = Array.from({ length: points.size }, (_, i) => points.at(i));
        expect(points.size).toBe(sizeOfSpace(space));
        expect(new Set(all.map((point) => JSON.stringify(point))).size).toBe(points.size);
        expect(all.every((point) => isInSpace(space, point))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('axisOf', () => {
  it('returns to the value it came from', () => {
    fc.assert(
      fc.property(anySpaces, fc.double({ min: 0, max: 1, noNaN: true }), (space, position) => {
        for (const range of Object.values(space.ranges)) {
          const axis = axisOf(range);
          const value = axis.valueAt(position);
          const back = axis.positionOf(value);
          expect(back).not.toBeNull();
          const again = axis.valueAt(back ?? NaN);
          if (typeof value === 'string') expect(again).toBe(value);
          else expect(again).toBeCloseTo(value, 5);
        }
      }),
    );
  });

  it('spaces a logarithmic range evenly in the logarithm and keeps its ends', () => {
    const axis = axisOf({ kind: 'logUniform', low: 1e-5, high: 1e-1 });
    expect([0, 0.25, 0.5, 0.75, 1].map((position) => axis.valueAt(position))).toEqual([
      1e-5, 1e-4, 1e-3, 1e-2, 1e-1,
    ]);
    expect(axis.positionOf(1)).toBeNull();
  });
});

describe('schemas', () => {
  it('accept spaces and their points', () => {
    fc.assert(
      fc.property(anySpaces, fc.nat(), (space, index) => {
        expect(searchSpaceSchema.parse(space)).toEqual(space);
        const points = pointsOf(space, 3);
        const point = points.at(index % points.size);
        expect(configurationSchema.parse(point)).toEqual(point);
      }),
      { numRuns: 50 },
    );
  });

  const ranges = (changed: Ranges): Partial<SearchSpace> => withRanges(mixedSpace, changed);

  it.each<[string, Partial<SearchSpace>]>([
    ['backbones', { backbones: [] }],
    ['same id', { backbones: [withDepths('a', 1), withDepths('a', 2)] }],
    ['backbones.0.freezeDepth', { backbones: [withDepths('a', 1, 1)] }],
    ['backbones.0.freezeDepth.values.0', { backbones: [withDepths('a', -1)] }],
    ['learningRate.low', ranges({ learningRate: { kind: 'logUniform', low: 0, high: 1 } })],
    ['low has to be below high', ranges({ learningRate: { kind: 'uniform', low: 1, high: 1 } })],
    ['start above 0', ranges({ weightDecay: { kind: 'logUniform', low: 0, high: 1 } })],
    ['layerDecay.values.0', ranges({ layerDecay: list(1.1) })],
    ['weightDecay.values', ranges({ weightDecay: list() })],
    ['augmentation.values: a value stands twice', ranges({ augmentation: list('flip', 'flip') })],
    ['augmentation.values.0', ranges({ augmentation: list('blur') })],
    ['there is no such dimension; there are method, freezeDepth', ranges({ layerDecoy: list(1) })],
  ])('refuse a space and say where: %s', (place, change) => {
    expect(() => checkSpace({ ...mixedSpace, ...change })).toThrow(SearchError);
    expect(() => checkSpace({ ...mixedSpace, ...change })).toThrow(place);
  });
});
