import type { Configuration, Range, Ranges, SearchSpace } from '@espalier/study';
import fc from 'fast-check';
import { bestOf, type ObservedTrial } from '../history.js';

export function trialOf(
  number: number,
  configuration: Configuration,
  curve: readonly number[],
  status: ObservedTrial['status'] = 'complete',
): ObservedTrial {
  const best = bestOf(curve);
  return { number, configuration, status, curve, gains: best === null ? [] : [best] };
}

export const list = (...values: readonly (number | string)[]): Range => ({ kind: 'choices', values });

/** A backbone with its freeze depths. */
export const withDepths = (id: string, ...depths: readonly number[]) => ({
  id,
  ranges: { freezeDepth: list(...depths) },
});

/** A space with other ranges that its backbones share. */
export const withRanges = (space: SearchSpace, ranges: Ranges): SearchSpace => ({
  ...space,
  ranges: { ...space.ranges, ...ranges },
});

/** 3 backbones with 20 depths between them, two ranges, two lists. */
export const mixedSpace: SearchSpace = {
  backbones: [
    withDepths('a', 0, 2, 4, 6, 8, 10, 12),
    withDepths('b', 0, 3, 6, 9),
    withDepths('c', 0, 1, 2, 3, 4, 5, 6, 7, 8),
  ],
  ranges: {
    learningRate: { kind: 'logUniform', low: 1e-5, high: 1e-1 },
    layerDecay: { kind: 'uniform', low: 0.5, high: 1 },
    weightDecay: list(0, 1e-4, 1e-3, 1e-2),
    augmentation: list('none', 'flip', 'crop', 'strong'),
  },
};

/** Only the learning rate can vary. */
export const rateSpace: SearchSpace = {
  backbones: [withDepths('a', 0)],
  ranges: {
    learningRate: { kind: 'logUniform', low: 1e-4, high: 1 },
    layerDecay: list(1),
    weightDecay: list(0),
    augmentation: list('none'),
  },
};

export function rateConfiguration(learningRate: number): Configuration {
  return {
    backbone: 'a',
    values: { freezeDepth: 0, learningRate, layerDecay: 1, weightDecay: 0, augmentation: 'none' },
  };
}

/** A value of a configuration that is a number. */
export const numberOf = ({ values }: Configuration, name: string): number => Number(values[name]);

const choicesOf = (values: readonly (number | string)[]): fc.Arbitrary<Range> =>
  fc
    .uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
    .map((picked) => ({ kind: 'choices', values: picked }));

const ranges = fc
  .tuple(
    fc.constantFrom('uniform' as const, 'logUniform' as const),
    fc.double({ min: 1e-6, max: 0.4, noNaN: true }),
  )
  .chain(([kind, low]) =>
    fc.double({ min: 0.41, max: 1, noNaN: true }).map((high): Range => ({ kind, low, high })),
  );

const names = fc
  .uniqueArray(fc.constantFrom('none', 'flip', 'crop'), { minLength: 1, maxLength: 2 })
  .map((picked): Range => ({ kind: 'choices', values: picked }));

const backbones = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom('a', 'b', 'c'),
      depths: fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 3 }),
    })
    .map(({ id, depths }) => withDepths(id, ...depths)),
  { minLength: 1, maxLength: 3, selector: ({ id }) => id },
);

const spacesWith = (
  dimension: (values: readonly number[]) => fc.Arbitrary<Range>,
): fc.Arbitrary<SearchSpace> =>
  fc.record({
    backbones,
    ranges: fc.record({
      learningRate: dimension([1e-4, 1e-3, 1e-2]),
      layerDecay: dimension([0.7, 0.9, 1]),
      weightDecay: dimension([0, 1e-4]),
      augmentation: names,
    }),
  });

/** Spaces of up to 324 points. */
export const finiteSpaces: fc.Arbitrary<SearchSpace> = spacesWith(choicesOf);

/** Spaces whose dimensions may be continuous. */
export const anySpaces: fc.Arbitrary<SearchSpace> = spacesWith((values) =>
  fc.oneof(choicesOf(values), ranges, fc.constant<Range>({ kind: 'choices', values: [0.5] })),
);
