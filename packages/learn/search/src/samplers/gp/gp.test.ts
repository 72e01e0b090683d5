import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Configuration, SearchSpace } from '@espalier/study';
import type { ObservedTrial } from '../../history.js';
import { samplers } from '../../index.js';
import {
  anySpaces,
  list,
  mixedSpace,
  numberOf,
  rateConfiguration,
  rateSpace,
  trialOf,
  withDepths,
} from '../../testing/fixtures.js';
import { suggestRandom } from '../random.js';
import { treeOf, type Place, type Tree } from '../tree.js';
import { choleskyOf, inverseOf, solveLower } from '../cholesky.js';
import { embeddingOf } from './embedding.js';
import { gradientAt, logPosterior, priorMode, type Sample } from './hyperparameters.js';
import { logImprovement } from './improvement.js';
import { matern } from './matern.js';
import { observationsOf } from './observations.js';
import { processOf } from './process.js';

/** Configurations by chance, and their places. */
function drawn(space: SearchSpace, count: number, seed: number): readonly Configuration[] {
  return Array.from({ length: count }, (_, trial) => {
    const configuration = suggestRandom({ space, history: [], trial, seed });
    if (configuration === null) throw new Error('a space is exhausted');
    return configuration;
  });
}

const placesIn = (tree: Tree, configurations: readonly Configuration[]): readonly Place[] =>
  configurations.flatMap((configuration) => tree.placeOf(configuration) ?? []);

/** Both methods, so that most dimensions have no meaning in some configurations. */
const methodSpace: SearchSpace = {
  backbones: ['a', 'b'].map((id) => ({
    id,
    ranges: { freezeDepth: list(0, 1, 2), featureDepth: list(1, 2, 3) },
  })),
  ranges: {
    method: list('tune', 'probe'),
    learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-1 },
    classifier: list('logistic', 'ridge'),
    augmentation: list('none', 'flip', 'crop'),
  },
};

describe('linear algebra', () => {
  it('factors, solves and inverts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer(), (n, seed) => {
        const random = createRandom(seed);
        const factor = Float64Array.from({ length: n * n }, () => random.normal());
        const entry = (matrix: Float64Array, i: number, j: number): number => matrix[i * n + j] ?? NaN;
        const indices = [...Array(n).keys()];
        const product = (f: (k: number) => number): number => indices.reduce((sum, k) => sum + f(k), 0);
        const matrix = Float64Array.from({ length: n * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          return product((k) => entry(factor, i, k) * entry(factor, j, k)) + (i === j ? 1 : 0);
        });
        const lower = choleskyOf(matrix, n);
        const inverse = inverseOf(lower, n);
        const b = Float64Array.from({ length: n }, () => random.normal());
        const x = solveLower(lower, b);
        for (const i of indices) {
          expect(product((k) => entry(lower, i, k) * (x[k] ?? NaN))).toBeCloseTo(b[i] ?? NaN, 8);
          for (const j of indices) {
            expect(product((k) => entry(lower, i, k) * entry(lower, j, k))).toBeCloseTo(
              entry(matrix, i, j),
              8,
            );
            expect(product((k) => entry(matrix, i, k) * entry(inverse, k, j))).toBeCloseTo(
              i === j ? 1 : 0,
              7,
            );
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(() => choleskyOf(Float64Array.from([1, 2, 2, 1]), 2)).toThrow(RangeError);
  });
});

describe('the kernel', () => {
  it('is positive definite in every space, conditional ones included', () => {
    fc.assert(
      fc.property(fc.oneof(anySpaces, fc.constant(methodSpace)), fc.integer(), (space, seed) => {
        const tree = treeOf(space);
        const embedding = embeddingOf(tree);
        const random = createRandom(seed);
        const places = Array.from({ length: 24 }, () => {
          const backbone = random.integer(tree.backbones);
          return embedding.embed(tree.descend(backbone, () => random.uniform()));
        });
        const lengths = Array.from({ length: embedding.dimensions }, () => Math.exp(4 * random.uniform()));
        const correlations = places.flatMap((a, i) =>
          places.map((b, j) => {
            const squared = lengths.reduce((sum, one, d) => sum + embedding.squared(a, b, d) / one ** 2, 0);
            return matern(squared) + (i === j ? 1e-9 : 0);
          }),
        );
        expect(() => choleskyOf(Float64Array.from(correlations), places.length)).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });

  it('has a dimension without a meaning as far from all places as from each', () => {
    const tree = treeOf(methodSpace);
    const embedding = embeddingOf(tree);
    const distances = (one: Configuration['values'], other: Configuration['values'], backbone = 'a') => {
      const [a, b] = placesIn(tree, [
        { backbone: 'a', values: one },
        { backbone, values: other },
      ]);
      if (a === undefined || b === undefined) throw new Error('a place lies outside the space');
      const [first, second] = [embedding.embed(a), embedding.embed(b)];
      return Array.from({ length: embedding.dimensions }, (_, d) => embedding.squared(first, second, d));
    };
    const order = ['backbone', ...tree.searched.map(({ name }) => name)];
    const named = (all: readonly number[]) => Object.fromEntries(all.map((value, d) => [order[d], value]));
    const tune = { method: 'tune', freezeDepth: 0, learningRate: 1e-3, augmentation: 'flip' };
    const probe = { method: 'probe', featureDepth: 2, classifier: 'ridge' };
    for (const learningRate of [1e-4, 1e-2]) {
      expect(named(distances({ ...tune, learningRate }, probe))).toMatchObject({
        backbone: 0,
        method: 1,
        learningRate: 1,
        classifier: 1,
      });
    }
    const rates = named(distances(tune, { ...tune, learningRate: 1e-2, augmentation: 'crop' }));
    expect(rates['classifier']).toBe(0);
    expect(rates['augmentation']).toBe(1);
    // A third of the axis along an arc of one radian.
    expect(rates['learningRate']).toBeCloseTo((2 * Math.sin(1 / 6)) ** 2, 12);
    expect(named(distances(tune, tune, 'b'))).toMatchObject({ backbone: 1, freezeDepth: 2, learningRate: 0 });
  });

  it('is the formula of Matern 5/2', () => {
    const r = 0.7;
    const expected = (1 + Math.sqrt(5) * r + (5 / 3) * r ** 2) * Math.exp(-Math.sqrt(5) * r);
    expect(matern(r ** 2)).toBeCloseTo(expected, 14);
    expect(matern(0)).toBe(1);
  });
});

describe('the process', () => {
  const tree = treeOf(mixedSpace);
  const embedding = embeddingOf(tree);
  const configurations = drawn(mixedSpace, 30, 1);
  const embedded = placesIn(tree, configurations).map(embedding.embed);
  const valueOf = (one: Configuration): number => Math.sin(2 * Math.log10(numberOf(one, 'learningRate')));
  const values = Float64Array.from(configurations, valueOf);
  const pairs = embedded.flatMap((a, i) => embedded.slice(0, i).map((b) => [a, b] as const));
  const sample: Sample = {
    values,
    squared: Array.from({ length: embedding.dimensions }, (_, d) =>
      Float64Array.from(pairs, ([a, b]) => embedding.squared(a, b, d)),
    ),
  };

  it('has the gradient of its density', () => {
    for (const shift of [-1, 0, 0.5]) {
      const at = priorMode(embedding.dimensions).map((mode) => mode + shift);
      const gradient = gradientAt(sample, at);
      for (const i of at.keys()) {
        const moved = (by: number) =>
          logPosterior(
            sample,
            at.map((value, j) => (j === i ? value + by : value)),
          );
        expect(gradient[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 4);
      }
    }
  });

  it('finds which dimension matters, and predicts by it', () => {
    const process = processOf(embedding, embedded, values);
    const names = ['backbone', ...tree.searched.map(({ name }) => name)];
    const rate = process.lengths[names.indexOf('learningRate')] ?? NaN;
    for (const [i, length] of process.lengths.entries()) {
      if (names[i] !== 'learningRate') expect(length).toBeGreaterThan(2 * rate);
    }
    const others = drawn(mixedSpace, 50, 2);
    const errors = others.map((one, i) => {
      const [place] = placesIn(tree, others.slice(i, i + 1)).map(embedding.embed);
      if (place === undefined) throw new Error('a place lies outside the space');
      const { mean, deviation } = process.predict(place);
      return { error: Math.abs(mean - valueOf(one)), deviation };
    });
    const squares = errors.reduce((sum, { error }) => sum + error ** 2, 0) / errors.length;
    expect(Math.sqrt(squares)).toBeLessThan(0.25);
    const within = errors.filter(({ error, deviation }) => error < 2 * deviation).length;
    expect(within / errors.length).toBeGreaterThan(0.8);
    // At a place that was seen it knows what was seen.
    const [first] = embedded;
    if (first === undefined) throw new Error('nothing was drawn');
    expect(process.predict(first).mean).toBeCloseTo(values[0] ?? NaN, 1);
    expect(process.predict(first).deviation).toBeLessThan(0.2);
  });
});

describe('the expected improvement', () => {
  it('is the mean of what is above, by quadrature', () => {
    const improvement = (mean: number, deviation: number, best: number): number => {
      const steps = 20_000;
      const width = (12 * deviation) / steps;
      return Array.from({ length: steps }, (_, i) => (i + 0.5) * width).reduce((sum, above) => {
        const z = (best + above - mean) / deviation;
        return sum + (above * Math.exp(-0.5 * z * z) * width) / (deviation * Math.sqrt(2 * Math.PI));
      }, 0);
    };
    for (const mean of [1.5, 0.9, 0, -0.99, -1.5, -2.5]) {
      const expected = Math.log(improvement(mean, 0.5, 1));
      expect(logImprovement({ mean, deviation: 0.5 }, 1)).toBeCloseTo(expected, 2);
    }
    // Far off, where it would be 0, the nearer one is better still.
    const far = (mean: number) => logImprovement({ mean, deviation: 0.01 }, 1);
    expect(far(0.5)).toBeGreaterThan(far(0.4));
    expect(Number.isFinite(far(0.4))).toBe(true);
  });
});

describe('what the process is told', () => {
  const tree = treeOf(rateSpace);
  const valuesOf = (...history: readonly ObservedTrial[]) =>
    observationsOf(tree, history).map(({ value, trial: { configuration } }) => [
      numberOf(configuration, 'learningRate'),
      value,
    ]);
  const at = (rate: number, value: number, status: ObservedTrial['status'] = 'complete') =>
    trialOf(Math.round(rate * 1e4), rateConfiguration(rate), Number.isNaN(value) ? [] : [value], status);

  it('is a number of each trial', () => {
    const complete = [at(1e-3, 0.5), at(2e-3, 0.7), at(3e-3, 0.6)];
    expect(valuesOf(...complete)[0]).toEqual([2e-3, 0.7]);
    expect(valuesOf(...complete, at(4e-3, 0.4, 'pruned'))).toContainEqual([4e-3, 0.4]);
    expect(valuesOf(...complete, at(4e-3, 0.9, 'pruned'))).toContainEqual([4e-3, 0.7]);
    expect(valuesOf(...complete, at(4e-3, 0.9, 'failed'))).toContainEqual([4e-3, 0.5]);
    expect(valuesOf(...complete, at(4e-3, NaN))).toContainEqual([4e-3, 0.5]);
    expect(valuesOf(...complete, at(4e-3, NaN, 'running'))).toContainEqual([4e-3, 0.6]);
    expect(valuesOf(...complete, at(4e-3, 0.65, 'running'))).toContainEqual([4e-3, 0.65]);
    expect(valuesOf(at(4e-3, NaN, 'running'))).toEqual([]);
    // A trial of another space says nothing of this one.
    const gone = { ...at(4e-3, 0.99), configuration: { ...rateConfiguration(4e-3), backbone: 'gone' } };
    expect(valuesOf(gone, ...complete)).toEqual(valuesOf(...complete));
  });

  it('is of the best and the latest 64 where there are many', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      trialOf(i, rateConfiguration((i + 1) / 1000), [i < 64 ? 1 - i / 1000 : 0.1]),
    );
    const kept = observationsOf(tree, many).map(({ trial: { configuration } }) =>
      numberOf(configuration, 'learningRate'),
    );
    expect(kept).toHaveLength(128);
    expect(kept.slice(0, 64)).toEqual(Array.from({ length: 64 }, (_, i) => (i + 1) / 1000));
    expect(kept.slice(64)).toEqual(Array.from({ length: 64 }, (_, i) => (i + 237) / 1000));
  });
});

describe('gp', () => {
  const suggest = (space: SearchSpace, history: readonly ObservedTrial[], trial: number, seed = 1) => {
    const suggested = samplers.get('gp').suggest({ space, history, trial, seed });
    if (suggested === null) throw new Error('no configuration');
    return suggested;
  };
  const rates = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1];
  const peak = (rate: number): number => 0.9 - 0.1 * (Math.log10(rate) + 2.2) ** 2;
  const seen = rates.map((rate, i) => trialOf(i, rateConfiguration(rate), [peak(rate)]));

  it('begins with the points of Sobol', () => {
    const sobol = samplers.get('sobol').suggest({ space: rateSpace, history: [], trial: 2, seed: 1 });
    expect(suggest(rateSpace, seen.slice(0, 3), 2)).toEqual(sobol);
    expect(suggest(rateSpace, seen, 2)).not.toEqual(sobol);
  });

  it('goes where the best lies, and says by how much', () => {
    const { why = '', ...configuration } = suggest(rateSpace, seen, 8);
    expect(Math.abs(Math.log10(numberOf(configuration, 'learningRate')) + 2.2)).toBeLessThan(0.15);
    expect(why).toMatch(/^Expected to improve on trial 4, the best so far, by 0\.00\d+\.$/);
  });

  it('keeps its distance from trials that run', () => {
    const first = numberOf(suggest(rateSpace, seen, 8), 'learningRate');
    const running = trialOf(8, rateConfiguration(first), [], 'running');
    const second = numberOf(suggest(rateSpace, [...seen, running], 9), 'learningRate');
    expect(Math.abs(Math.log10(second / first))).toBeGreaterThan(0.1);
  });

  it('takes the cheaper of two that promise the same, and says at what cost', () => {
    const space: SearchSpace = {
      backbones: [{ ...withDepths('a', 0, 1), work: [50, 1] }],
      ranges: { ...rateSpace.ranges, weightDecay: list(0) },
    };
    const at = (freezeDepth: number, rate: number): Configuration => {
      const { backbone, values } = rateConfiguration(rate);
      return { backbone, values: { ...values, freezeDepth } };
    };
    const both = rates.flatMap((rate, i) => [
      trialOf(2 * i, at(0, rate), [peak(rate)]),
      trialOf(2 * i + 1, at(1, rate), [peak(rate)]),
    ]);
    for (const seed of [1, 2, 3, 4]) {
      const { why = '', values } = suggest(space, both, 16, seed);
      expect(values['freezeDepth']).toBe(1);
      // The mean of 50 and 1 is 25.5.
      expect(why).toMatch(/, at 0\.039 times the mean cost of the trials so far\.$/);
    }
  });
});
