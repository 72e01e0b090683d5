import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StudyRequest } from './request';
import { choicesLike } from './like';
import { requestOf as parsed, testOffer } from '../testing';
import { studyOf } from './wizard';

/** A study's settings, of what a server was asked. */
const requestOf = ({
  validation,
  test,
  maxCorruptFraction,
  ...search
}: Record<string, unknown>): StudyRequest =>
  parsed({ ...search, dataset: { path: '/pets', validation, test, maxCorruptFraction } });

const again = (asked: StudyRequest) =>
  studyOf('id', choicesLike('Pets', asked, testOffer).choices, testOffer);

const list = (...values: readonly (number | string)[]) => ({ kind: 'choices' as const, values: [...values] });
const rates = fc.oneof(
  fc.uniqueArray(fc.constantFrom(1e-4, 3e-4, 1e-3, 0.01), { minLength: 1 }).map((values) => list(...values)),
  fc
    .constantFrom({ low: 1e-4, high: 1e-2 }, { low: 3e-4, high: 1e-2 })
    .map((ends) => ({ kind: 'logUniform', ...ends })),
);
const shares = fc.oneof(
  fc.uniqueArray(fc.constantFrom(0, 0.1, 0.5), { minLength: 1 }).map((values) => list(...values)),
  fc.constant({ kind: 'uniform', low: 0, high: 0.5 }),
);
const space = fc.record(
  {
    freezeDepth: fc.uniqueArray(fc.nat(8), { minLength: 1 }).map((values) => list(...values)),
    learningRate: rates,
    weightDecay: rates,
    dropout: shares,
    labelSmoothing: shares,
    batch: fc.oneof(fc.constant(list(8, 32)), fc.constant({ kind: 'integer', low: 8, high: 64 })),
    augmentation: fc
      .uniqueArray(fc.constantFrom('none', 'flip', 'crop'), { minLength: 1 })
      .map((values) => list(...values)),
  },
  { requiredKeys: [] },
);
const search = fc.record(
  {
    backbones: fc.uniqueArray(fc.constantFrom('vision-mini', 'hf:own/net', 'added:1'), { minLength: 1 }),
    validation: fc.constantFrom(0.1, 0.15, 0.3),
    test: fc.constantFrom(0.1, 0.15, 0.2),
    maxCorruptFraction: fc.constantFrom(0, 0.05, 0.5),
    commercial: fc.boolean(),
    seed: fc.nat(9),
    sampler: fc.constantFrom('tpe', 'random', 'grid'),
    pruner: fc.constantFrom('asha', 'none'),
    space,
    baseline: fc.boolean(),
    baselineRates: fc.uniqueArray(fc.constantFrom(1e-4, 1e-3), { minLength: 1 }),
    useEverything: fc.boolean(),
    training: fc.record({
      schedule: fc.constantFrom('cosine', 'one-cycle'),
      classWeights: fc.constantFrom('auto', 'none', 'balanced'),
      patience: fc.constantFrom(3, 5),
    }),
    engine: fc.record({ name: fc.constantFrom('onnx', 'tfjs') }),
    budget: fc.record({
      trials: fc.constantFrom(3, 12, 40),
      epochs: fc.constantFrom(5, 10, 30),
      seconds: fc.constantFrom(null, 60, 300),
      totalEpochs: fc.constantFrom(null, 50),
    }),
  },
  { requiredKeys: ['backbones', 'training', 'budget'] },
);

describe('another study like one', () => {
  it('is asked the same, where nothing is changed', () => {
    fc.assert(
      fc.property(search, (wanted) => {
        const asked = requestOf(wanted);
        expect(choicesLike('Pets', asked, testOffer).lost).toEqual([]);
        expect(requestOf(again(asked).search ?? {})).toEqual(asked);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps two rates apart from the range between them', () => {
    const ends = requestOf({ space: { learningRate: list(3e-4, 1e-2) } });
    expect(choicesLike('Pets', ends, testOffer).choices.space).toEqual({ learningRate: '0.0003, 0.01' });
    const range = requestOf({ space: { learningRate: { kind: 'logUniform', low: 3e-4, high: 1e-2 } } });
    expect(choicesLike('Pets', range, testOffer).choices.space).toEqual({ learningRate: '0.0003..0.01' });
  });

  it('says what it cannot be asked here', () => {
    const { choices, lost } = choicesLike(
      'Pets',
      requestOf({
        ...{ sampler: 'halton', pruner: 'own', budget: { trials: null, seconds: 60 } },
        space: { layerDecay: { kind: 'uniform', low: 0.5, high: 1 }, heat: list(1) },
        training: { patience: null },
      }),
      testOffer,
    );
    expect(choices).toMatchObject({ name: 'Pets, again', sampler: 'transfer', pruner: 'asha', minutes: 1 });
    expect(lost).toEqual([
      'The sampler halton is not available on this server; transfer replaces it.',
      'The pruner own is not available on this server; asha replaces it.',
      'The earlier study had no limit of trials; this one has.',
      'The earlier study had no patience; this one has.',
      'The earlier study searched Layer decay evenly over 0.5..1; this one searches it on a logarithmic scale.',
      'The earlier study searched heat, which this server does not know.',
    ]);
  });
});
