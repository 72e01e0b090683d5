import { createRandom } from '@espalier/base/random';
import type { SearchSpace } from '@espalier/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObservedTrial } from '../history.js';
import { isInSpace, keyOf, samplers, sizeOfSpace } from '../index.js';
import { pointsOf } from '../space/points.js';
import { list, rateSpace, trialOf, withRanges } from '../testing/fixtures.js';
import { choices, nameDimension, numberDimension } from './dimension.js';
import { dimensions } from './index.js';

const described = { label: 'For a test', help: 'For a test', usually: '1', usual: () => choices(1) };

/** A way to do it, and what only one of the ways has. */
const way = nameDimension({ ...described, names: ['near', 'far'], take: (recipe) => recipe });
const distance = numberDimension({
  ...described,
  limits: { low: 0, high: 100 },
  when: { way: ['far'] },
  take: (recipe) => recipe,
});

describe('a dimension that depends on another', () => {
  const removals: (() => void)[] = [];
  beforeAll(() => {
    removals.push(dimensions.register('way', way), dimensions.register('distance', distance));
  });
  afterAll(() => {
    for (const remove of removals) remove();
  });

  const finite = withRanges(rateSpace, {
    learningRate: list(1e-3, 1e-2),
    way: list('near', 'far'),
    distance: list(1, 2, 3),
  });
  const continuous = withRanges(rateSpace, {
    way: list('near', 'far'),
    distance: { kind: 'uniform', low: 0, high: 10 },
  });

  it('counts where it has a meaning only', () => {
    expect(sizeOfSpace(finite)).toBe(2 * (1 + 3));
    const points = pointsOf(finite, 4);
    const all = Array.from({ length: points.size }, (_, i) => points.at(i));
    expect(new Set(all.map(keyOf)).size).toBe(8);
    expect(all.every((point) => isInSpace(finite, point))).toBe(true);
    const [near] = all.filter(({ values }) => values['way'] === 'near');
    expect(near?.values).not.toHaveProperty('distance');
    expect(isInSpace(finite, { backbone: 'a', values: { ...near?.values, distance: 1 } })).toBe(false);
  });

  it.each(samplers.names)('is suggested where it has a meaning: %s', (name) => {
    const suggestAll = (space: SearchSpace, most: number): ObservedTrial[] => {
      const history: ObservedTrial[] = [];
      const random = createRandom('conditional', name);
      for (let trial = 0; trial < most; trial++) {
        const configuration = samplers.get(name).suggest({ space, history, trial, seed: 1 });
        if (configuration === null) break;
        expect(isInSpace(space, configuration)).toBe(true);
        history.push(trialOf(trial, configuration, [random.uniform()]));
      }
      return history;
    };
    expect(suggestAll(finite, 20)).toHaveLength(8);
    const ways = suggestAll(continuous, 25).map(({ configuration }) => configuration.values['way']);
    expect(new Set(ways)).toEqual(new Set(['near', 'far']));
  });

  it('is learnt from where it was seen', () => {
    const worth = (values: Readonly<Record<string, unknown>>): number =>
      values['way'] === 'near' ? 0.5 : 0.9 - Math.abs(Number(values['distance']) - 7) / 20;
    const history: ObservedTrial[] = [];
    for (let trial = 0; trial < 40; trial++) {
      const configuration = samplers.get('tpe').suggest({ space: continuous, history, trial, seed: 3 });
      if (configuration !== null) history.push(trialOf(trial, configuration, [worth(configuration.values)]));
    }
    const last = history.slice(-15).map(({ configuration }) => configuration.values);
    expect(last.filter(({ way }) => way === 'far').length).toBeGreaterThan(10);
    const distances = last.flatMap(({ distance }) => (distance === undefined ? [] : [Number(distance)]));
    const [middle] = distances.toSorted((a, b) => a - b).slice(Math.floor(distances.length / 2));
    expect(Math.abs((middle ?? 0) - 7)).toBeLessThan(1.5);
  });
});
