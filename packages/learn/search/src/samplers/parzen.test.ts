import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Configuration, SearchSpace } from '@espalier/study';
import { list, withDepths } from '../testing/fixtures.js';
import { parzen, type Parzen } from './parzen.js';
import { treeOf, type Place, type Tree } from './tree.js';
import { drawFrom, likelihood, truncatedNormal } from './truncatedNormal.js';

const middles = (count: number) => Array.from({ length: count }, (_, i) => (i + 0.5) / count);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('truncatedNormal', () => {
  it('integrates to 1, along a range and over cells', () => {
    const places = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        places,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        (mean, deviation, cells) => {
          const normal = truncatedNormal(mean, deviation);
          const integral = sum(middles(2000).map((place) => likelihood(normal, null, place))) / 2000;
          expect(integral).toBeCloseTo(1, 3);
          expect(sum(middles(cells).map((place) => likelihood(normal, cells, place)))).toBeCloseTo(1, 12);
        },
      ),
    );
  });

  it('gives a cell what the density has over it', () => {
    const normal = truncatedNormal(0.3, 0.2);
    const over = middles(2000).map((place) => 0.25 + place / 4);
    expect(likelihood(normal, 4, 0.4)).toBeCloseTo(
      sum(over.map((place) => likelihood(normal, null, place))) / 8000,
      6,
    );
  });

  it('agrees with the table of the normal distribution', () => {
    // Within one deviation of the mean lie 68.2689 %, within two 95.4500 %.
    expect(truncatedNormal(0.5, 0.5).mass).toBeCloseTo(0.682689492137, 12);
    expect(truncatedNormal(0.5, 0.25).mass).toBeCloseTo(0.954499736104, 12);
  });

  it('draws where the density is', () => {
    const normal = truncatedNormal(0.1, 0.3);
    const random = createRandom(1, 'draws');
    const draws = Array.from({ length: 4000 }, () => Math.floor(drawFrom(normal, random) * 5));
    for (const [cell, place] of middles(5).entries()) {
      const share = draws.filter((drawn) => drawn === cell).length / draws.length;
      expect(Math.abs(share - likelihood(normal, 5, place))).toBeLessThan(0.03);
    }
  });
});

describe('parzen', () => {
  const space: SearchSpace = {
    backbones: [withDepths('a', 0, 4), withDepths('b', 0, 3, 6)],
    ranges: {
      learningRate: { kind: 'logUniform', low: 1e-5, high: 1e-1 },
      layerDecay: list(1),
      weightDecay: list(0, 1e-4, 1e-2),
      augmentation: list('none', 'flip'),
    },
  };
  const tree = treeOf(space);
  const steps = 100;
  const depths = tree.searched[0]?.axes ?? [];
  const grid = depths.flatMap((axis, backbone) =>
    middles(axis?.cells ?? 0).flatMap((depth) =>
      middles(steps).flatMap((rate) =>
        middles(3).flatMap((decay) =>
          middles(2).map((augmentation): Place => ({
            backbone,
            at: [depth, rate, 0.5, decay, augmentation],
          })),
        ),
      ),
    ),
  );
  const share = (estimator: Parzen, places: readonly Place[]) =>
    sum(places.map((place) => estimator.density(place))) / steps;
  const observe = (count: number, seed: number): Place[] => {
    const random = createRandom(seed, 'places');
    return Array.from({ length: count }, () => random.pick(grid));
  };

  it.each([0, 1, 5, 40])('integrates to 1 over the tree with %i observations', (count) => {
    expect(share(parzen(tree, observe(count, 2)), grid)).toBeCloseTo(1, 3);
  });

  it('draws from its density', () => {
    const estimator = parzen(tree, observe(3, 4));
    const random = createRandom(1, 'draws');
    const draws = Array.from({ length: 6000 }, () => estimator.draw(random));
    const stemOf = (place: Place, { configurationAt }: Tree) => {
      const { backbone, values } = configurationAt(place);
      return `${backbone} ${values['freezeDepth']}`;
    };
    const stems = new Set(grid.map((place) => stemOf(place, tree)));
    expect(stems.size).toBe(5);
    for (const stem of stems) {
      const expected = share(
        estimator,
        grid.filter((place) => stemOf(place, tree) === stem),
      );
      const drawn = draws.filter((place) => stemOf(place, tree) === stem).length / draws.length;
      expect(Math.abs(drawn - expected)).toBeLessThan(0.03);
    }
  });

  it('lets neighbours share evidence, but not the depths of other backbones', () => {
    const seen = [0.5 / 3, 0.5, 0.5, 0.5, 0.25];
    const place = (backbone: number, ...first: readonly number[]): Place => ({
      backbone,
      at: [...first, ...seen.slice(first.length)],
    });
    const estimator = parzen(tree, [place(1), place(1), place(1)]);
    const density = (...of: Parameters<typeof place>) => estimator.density(place(...of));
    expect(density(1, 1.5 / 3)).toBeGreaterThan(2 * density(1, 2.5 / 3));
    expect(density(1, 0.5 / 3, 0.6)).toBeGreaterThan(density(1, 0.5 / 3, 0.8));
    expect(density(0, 0.25)).toBeCloseTo(density(0, 0.75), 12);
  });

  it('estimates the dimensions of a method from the trials that had them', () => {
    const methods: SearchSpace = {
      backbones: [{ id: 'a', ranges: { freezeDepth: list(0, 1, 2), featureDepth: list(1, 2, 3) } }],
      ranges: {
        method: list('tune', 'probe'),
        learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-1 },
        classifier: list('logistic', 'ridge'),
      },
    };
    const grouped = treeOf(methods);
    const placeOf = (values: Configuration['values']): Place => {
      const place = grouped.placeOf({ backbone: 'a', values });
      if (place === null) throw new Error('a place lies outside the space');
      return place;
    };
    const tune = (freezeDepth: number, learningRate: number) =>
      placeOf({ method: 'tune', freezeDepth, learningRate });
    const probe = (featureDepth: number, classifier: string) =>
      placeOf({ method: 'probe', featureDepth, classifier });
    const tuned = [tune(0, 1e-3), tune(2, 1e-2)];
    const [some, others] = [
      parzen(grouped, [...tuned, probe(1, 'ridge'), probe(1, 'ridge')]),
      parzen(grouped, [...tuned, probe(3, 'logistic'), probe(2, 'ridge')]),
    ];
    for (const place of [tune(0, 1e-3), tune(1, 5e-2), tune(2, 1e-4)]) {
      expect(some.density(place)).toBe(others.density(place));
    }
    expect(some.density(probe(1, 'ridge'))).toBeGreaterThan(2 * others.density(probe(1, 'ridge')));
    // Depth and rate of a trial belong together.
    const together = some.density(tune(0, 1e-3)) * some.density(tune(2, 1e-2));
    expect(together).toBeGreaterThan(2 * some.density(tune(0, 1e-2)) * some.density(tune(2, 1e-3)));
  });
});
