import { expect, it } from 'vitest';
import { inWords } from './request';
import { requestOf, testOffer } from '../testing';

it('tells each setting in words', () => {
  const told = Object.fromEntries(inWords(requestOf(), [], testOffer));
  expect(told).toMatchObject({
    Trials: '12, at most 10 epochs each',
    Time: 'no limit',
    'Frozen stages': 'chosen for each backbone',
    'Learning rate': '3e-4 to 0.01, on a logarithmic scale',
    'Layer decay': '0.7, 0.85, 1',
    Dropout: '0.1',
    Augmentation: 'the usual ones',
    'Held out': '15.0 % for validation, 15.0 % for the test',
  });
  const space = {
    freezeDepth: { kind: 'choices', values: [0, 4] },
    own: { kind: 'uniform', low: 0, high: 1 },
  };
  const other = requestOf({ budget: { trials: null, epochs: 1, seconds: 90 }, space });
  expect(Object.fromEntries(inWords({ ...other, sampler: 'halton' }, [], testOffer))).toMatchObject({
    Trials: 'as many as the time allows, at most 1 epoch each',
    Time: 'at most 1 min 30 s',
    Sampler: 'halton',
    'Frozen stages': '0, 4',
    // A dimension of a plugin that is gone.
    own: '0..1',
  });
});

it('calls a network that was added by its name, as long as it is there', () => {
  const own = { reference: 'added:0198c2d4-0000-7000-8000-000000000000', name: 'leaf-net' };
  const asked = requestOf({ backbones: ['vision-mini', own.reference] });
  expect(inWords(asked, [own], testOffer)).toContainEqual(['Backbones', 'vision-mini, leaf-net']);
  expect(inWords(asked, [], testOffer)).toContainEqual(['Backbones', `vision-mini, ${own.reference}`]);
});
