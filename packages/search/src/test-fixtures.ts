import fc from 'fast-check';
import type { ObservedTrial } from './history.js';
import type { Configuration, NumberDimension, SearchSpace } from './space.js';

export function trialOf(
  number: number,
  configuration: Configuration,
  curve: readonly number[],
  status: ObservedTrial['status'] = 'complete',
): ObservedTrial {
  return { number, configuration, status, curve };
}

/** 3 backbones with 20 depths between them, two ranges, two lists. */
export const mixedSpace: SearchSpace = {
  backbones: [
    { id: 'a', freezeDepths: [0, 2, 4, 6, 8, 10, 12] },
    { id: 'b', freezeDepths: [0, 3, 6, 9] },
    { id: 'c', freezeDepths: [0, 1, 2, 3, 4, 5, 6, 7, 8] },
  ],
  learningRate: { kind: 'logUniform', low: 1e-5, high: 1e-1 },
  layerDecay: { kind: 'uniform', low: 0.5, high: 1 },
  weightDecay: { kind: 'choices', values: [0, 1e-4, 1e-3, 1e-2] },
  augmentation: ['none', 'flip', 'crop', 'strong'],
};

/** Only the learning rate can vary. */
export const rateSpace: SearchSpace = {
  backbones: [{ id: 'a', freezeDepths: [0] }],
  learningRate: { kind: 'logUniform', low: 1e-4, high: 1 },
  layerDecay: { kind: 'choices', values: [1] },
  weightDecay: { kind: 'choices', values: [0] },
  augmentation: ['none'],
};

export function rateConfiguration(learningRate: number): Configuration {
  return { backbone: 'a', freezeDepth: 0, learningRate, layerDecay: 1, weightDecay: 0, augmentation: 'none' };
}

const choices = (values: readonly number[]): fc.Arbitrary<NumberDimension> =>
  fc
    .uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
    .map((picked) => ({ kind: 'choices', values: picked }));

const ranges = fc
  .tuple(
    fc.constantFrom('uniform' as const, 'logUniform' as const),
    fc.double({ min: 1e-6, max: 0.4, noNaN: true }),
  )
  .chain(([kind, low]) =>
    fc.double({ min: 0.41, max: 1, noNaN: true }).map((high): NumberDimension => ({ kind, low, high })),
  );

const names = fc.uniqueArray(fc.constantFrom('none', 'flip', 'crop'), { minLength: 1, maxLength: 2 });

const backbones = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    freezeDepths: fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3, selector: ({ id }) => id },
);

function spacesWith(dimension: (values: readonly number[]) => fc.Arbitrary<NumberDimension>) {
  return fc.record({
    backbones,
    learningRate: dimension([1e-4, 1e-3, 1e-2]),
    layerDecay: dimension([0.7, 0.9, 1]),
    weightDecay: dimension([0, 1e-4]),
    augmentation: names,
  });
}

/** Spaces of up to 324 points. */
export const finiteSpaces: fc.Arbitrary<SearchSpace> = spacesWith(choices);

/** Spaces whose dimensions may be continuous. */
export const anySpaces: fc.Arbitrary<SearchSpace> = spacesWith((values) => fc.oneof(choices(values), ranges));
