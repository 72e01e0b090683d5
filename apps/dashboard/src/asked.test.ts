import { studySettingsSchema } from '@espalier/runner';
import { expect, it } from 'vitest';
import { inWords } from './asked';

const settings = (change: object = {}) =>
  studySettingsSchema.parse({
    ...{ command: 'a study', dataset: { path: '/pets' }, backbones: ['vision-mini'] },
    cache: { folder: '/cache', bytes: 1 },
    ...change,
  });

it('tells each setting in words', () => {
  const told = Object.fromEntries(inWords(settings(), []));
  expect(told).toMatchObject({
    Trials: '12, at most 10 epochs each',
    Time: 'no limit',
    'Freeze depths': 'chosen for each backbone',
    'Learning rate of the head': '3e-4 to 1e-2, by powers of ten',
    'Layer decay': '0.7, 0.85, 1',
    'Held out': '15.0 % to validate, 15.0 % to test',
  });
  const other = settings({ budget: { trials: null, epochs: 1, seconds: 90 }, freezeDepths: [0, 4] });
  expect(Object.fromEntries(inWords({ ...other, sampler: 'halton' }, []))).toMatchObject({
    Trials: 'as many as the time allows, at most 1 epoch each',
    Time: 'at most 1 min 30 s',
    Sampler: 'halton',
    'Freeze depths': '0, 4',
  });
});

it('calls a network that was added by its name, as long as it is there', () => {
  const own = { reference: 'added:0198c2d4-0000-7000-8000-000000000000', name: 'leaf-net' };
  const asked = settings({ backbones: ['vision-mini', own.reference] });
  expect(inWords(asked, [own])).toContainEqual(['Backbones', 'vision-mini, leaf-net']);
  expect(inWords(asked, [])).toContainEqual(['Backbones', `vision-mini, ${own.reference}`]);
});
