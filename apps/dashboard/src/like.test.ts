import { studySettingsSchema } from '@espalier/runner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Asked } from './asked';
import { choicesLike } from './like';
import { studyOf } from './wizard';

/** A study's settings, of what a server was asked. */
function askedOf({ validation, test, maxCorruptFraction, ...search }: Record<string, unknown>): Asked {
  return studySettingsSchema.parse({
    backbones: ['vision-mini'],
    ...search,
    command: 'a study',
    dataset: {
      ...{ path: '/pets', validation, test, maxCorruptFraction },
    },
    cache: { folder: 'of the worker', bytes: 1 },
  });
}

const dimension = fc.oneof(
  fc
    .uniqueArray(fc.constantFrom(1e-4, 3e-4, 1e-3, 0.01), { minLength: 1 })
    .map((values) => ({ kind: 'choices', values })),
  fc.constant({ kind: 'logUniform', low: 1e-4, high: 1e-2 }),
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
    freezeDepths: fc.uniqueArray(fc.nat(8), { minLength: 1 }),
    learningRate: dimension,
    weightDecay: dimension,
    augmentation: fc.uniqueArray(fc.constantFrom('none', 'flip', 'crop'), { minLength: 1 }),
    scratch: fc.boolean(),
    scratchRates: fc.uniqueArray(fc.constantFrom(1e-4, 1e-3), { minLength: 1 }),
    useEverything: fc.boolean(),
    training: fc.record({
      batch: fc.constantFrom(8, 32),
      dropout: fc.constantFrom(0, 0.1, 0.5),
      schedule: fc.constantFrom('cosine', 'one-cycle'),
      classWeights: fc.constantFrom('auto', 'none', 'balanced'),
      patience: fc.constantFrom(3, 5),
    }),
    engine: fc.record({ threads: fc.constantFrom(1, 2) }),
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
        const asked = askedOf(wanted);
        const { choices, lost } = choicesLike('Pets', asked);
        expect(lost).toEqual([]);
        expect(askedOf(studyOf('id', choices).search ?? {})).toEqual(asked);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps two rates apart from the range between them', () => {
    const ends = askedOf({ learningRate: { kind: 'choices', values: [3e-4, 1e-2] } });
    expect(choicesLike('Pets', ends).choices.more.texts).toEqual({ learningRate: '0.0003, 0.01' });
    const range = askedOf({ learningRate: { kind: 'logUniform', low: 3e-4, high: 1e-2 } });
    expect(choicesLike('Pets', range).choices.more.texts).toEqual({});
  });

  it('says what it cannot be asked here', () => {
    const { choices, lost } = choicesLike(
      'Pets',
      askedOf({
        ...{ sampler: 'halton', pruner: 'own', budget: { trials: null, seconds: 60 } },
        layerDecay: { kind: 'uniform', low: 0.5, high: 1 },
        training: { patience: null },
      }),
    );
    expect(choices).toMatchObject({ name: 'Pets, again', sampler: 'tpe', prune: true, minutes: 1 });
    expect(lost).toEqual([
      'It had the sampler halton; here it has TPE.',
      'It had the pruner own; here it has ASHA.',
      'Its trials had no limit; here they have one.',
      'Its trials ran to their end; here they have a patience.',
      'It searched 0.5..1 evenly; here it is searched in its logarithm.',
    ]);
  });
});
