import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Configuration, SearchSpace } from '@espalier/study';
import type { ObservedTrial } from '../../history.js';
import { samplers } from '../../index.js';
import {
  list,
  mixedSpace,
  numberOf,
  rateConfiguration,
  rateSpace,
  trialOf,
  withDepths,
} from '../../testing/fixtures.js';
import { treeOf } from '../tree.js';
import { crowdingOf, dominates, frontsOf } from './fronts.js';
import { fittest, parentsOf } from './population.js';

const gains = fc.integer({ min: 1, max: 4 }).chain((objectives) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: objectives, maxLength: objectives }), {
    maxLength: 24,
  }),
);

describe('the sorting by domination', () => {
  it('agrees with taking off what none dominates, over and over', () => {
    fc.assert(
      fc.property(gains, (all) => {
        const peeled: number[][] = [];
        let left = [...all.keys()];
        while (left.length > 0) {
          const front = left.filter((i) => !left.some((j) => dominates(all[j] ?? [], all[i] ?? [])));
          peeled.push(front);
          left = left.filter((i) => !front.includes(i));
        }
        expect(frontsOf(all)).toEqual(peeled);
      }),
    );
  });

  it('prefers room, and has the ends first', () => {
    // In shares of both ranges: 0.25 + 0.5 between the first and the third, 0.75 + 0.75 between the second and fourth.
    const front = [
      [0, 8],
      [1, 7],
      [2, 4],
      [4, 1],
      [8, 0],
    ];
    expect(crowdingOf(front)).toEqual([Infinity, 0.75, 1.125, 1.25, Infinity]);
    expect(crowdingOf([[1], [1], [1], [1]])).toEqual([Infinity, 0, 0, Infinity]);
    const tree = treeOf(rateSpace);
    const place = tree.placeOf(rateConfiguration(1e-2));
    if (place === null) throw new Error('a place lies outside the space');
    const ranked = fittest(front.map((one, number) => ({ number, place, gains: one, complete: true })));
    expect(ranked.map(({ number }) => number)).toEqual([0, 4, 3, 2, 1]);
  });
});

describe('the parents of a generation', () => {
  const tree = treeOf(rateSpace);
  const trials = (values: readonly number[], status: ObservedTrial['status'] = 'complete', from = 0) =>
    values.map((value, i) => trialOf(from + i, rateConfiguration(10 ** (-i / 10)), [value], status));
  const numbersOf = (history: readonly ObservedTrial[], generation: number) =>
    parentsOf(tree, history, generation).map(({ number }) => number);

  it('are the best twenty of all generations before it', () => {
    const first = trials(Array.from({ length: 20 }, (_, i) => i));
    const second = trials(
      Array.from({ length: 20 }, (_, i) => i + 9.5),
      'complete',
      20,
    );
    expect(numbersOf([...first, ...second], 0)).toEqual([]);
    expect(numbersOf([...first, ...second], 1).toSorted((a, b) => a - b)).toEqual([...first.keys()]);
    const kept = numbersOf([...second, ...first], 2);
    expect(kept.slice(0, 10)).toEqual([39, 38, 37, 36, 35, 34, 33, 32, 31, 30]);
    expect(kept.toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 5 }, (_, i) => 15 + i),
      ...Array.from({ length: 15 }, (_, i) => 25 + i),
    ]);
  });

  it('are over, and complete ones rank first', () => {
    const complete = trials([0.1, 0.2]);
    const pruned = trials([0.9], 'pruned', 2);
    const none = [
      ...trials([0.95], 'running', 3),
      ...trials([0.96], 'failed', 4),
      ...trials([NaN], 'complete', 5),
    ];
    expect(numbersOf([...none, ...pruned, ...complete], 1)).toEqual([1, 0, 2]);
  });

  it('have all objectives', () => {
    const [one, other] = trials([0.1, 0.2]);
    if (one === undefined || other === undefined) throw new Error('no trials');
    expect(numbersOf([one, { ...other, gains: [0.2, 0.3] }], 1)).toEqual([1]);
  });
});

const space: SearchSpace = {
  backbones: [withDepths('a', 0, 1, 2, 3, 4, 5, 6, 7, 8)],
  ranges: {
    learningRate: { kind: 'logUniform', low: 1e-5, high: 1e-1 },
    layerDecay: { kind: 'uniform', low: 0.5, high: 1 },
    weightDecay: list(0, 1e-4, 1e-3, 1e-2),
    augmentation: list('none', 'flip', 'crop', 'strong'),
  },
};

/** Shaped like ZDT1 (Zitzler, Deb, Thiele 2000): on the front, and there alone, all but the rate is at its best. */
function twoGains(configuration: Configuration): readonly number[] {
  const at = (name: string): number => numberOf(configuration, name);
  const x = (Math.log10(at('learningRate')) + 5) / 4;
  const behind =
    8 * Math.abs(at('layerDecay') - 0.75) +
    (configuration.values['augmentation'] === 'crop' ? 0 : 0.3) +
    Math.abs(at('freezeDepth') - 2) / 8 +
    (at('weightDecay') === 1e-3 ? 0 : 0.2);
  return [-x, -(1 + behind) * (1 - Math.sqrt(x / (1 + behind)))];
}

/** Area between a set of gains and a corner that lies below all of the front. */
function hypervolume(all: readonly (readonly number[])[]): number {
  const [low, base] = [-1.1, -3];
  let [area, top] = [0, base];
  for (const [first = NaN, second = NaN] of all.toSorted((a, b) => (b[0] ?? 0) - (a[0] ?? 0))) {
    if (first <= low || second <= top) continue;
    area += (first - low) * (second - top);
    top = second;
  }
  return area;
}

function search(name: string, seed: number): ObservedTrial[] {
  const history: ObservedTrial[] = [];
  for (let trial = 0; trial < 100; trial++) {
    const suggested = samplers.get(name).suggest({ space, history, trial, seed });
    if (suggested === null || suggested instanceof Promise) throw new Error('no configuration');
    const both = twoGains(suggested);
    history.push({ ...trialOf(trial, suggested, [both[0] ?? NaN]), gains: both });
  }
  return history;
}

describe('nsga2', () => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  const volume = (name: string) =>
    median(seeds.map((seed) => hypervolume(search(name, seed).map((trial) => trial.gains ?? []))));

  it('comes nearer to a known front than random search, over 20 seeds', () => {
    const front = Array.from({ length: 2001 }, (_, i) => [-i / 2000, -(1 - Math.sqrt(i / 2000))]);
    const ideal = hypervolume(front);
    expect(ideal - volume('nsga2')).toBeLessThan(0.8 * (ideal - volume('random')));
  });

  it('begins by chance, then crosses what did well', () => {
    const suggest = (name: string, history: readonly ObservedTrial[], trial: number) =>
      samplers.get(name).suggest({ space: mixedSpace, history, trial, seed: 1 });
    expect(suggest('nsga2', [], 7)).toEqual(suggest('random', [], 7));
    const history = Array.from({ length: 20 }, (_, trial) => {
      const drawn = suggest('random', [], trial);
      if (drawn === null || drawn instanceof Promise) throw new Error('no configuration');
      return trialOf(trial, drawn, [trial === 4 || trial === 9 ? 1 : 0]);
    });
    const children = Array.from({ length: 20 }, (_, i) => suggest('nsga2', history, 20 + i));
    expect(children.map((child) => child && !(child instanceof Promise) && child.why)).toContain(
      'Generation 1: a child of trials 4 and 9.',
    );
  });
});
