import type { SearchSpace } from '@espalier/study';
import type { ExperienceRow } from '@espalier/study/experience';
import { expect, it } from 'vitest';
import { list } from '../testing/fixtures.js';
import { chooseExperience, type Beginning } from './choose.js';

const space: SearchSpace = {
  backbones: [{ id: 'mine', ranges: { freezeDepth: list(0, 2, 4) } }],
  ranges: { learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-2 } },
};

const beginning: Beginning = {
  ...{ task: 'classification', objective: { name: 'accuracy', direction: 'maximise' } },
  ...{ space, models: ['print'], dataset: { modality: 'image', examples: 100, classes: 3 } },
};

const rowOf = (study: string, gain: number | null, change: Partial<ExperienceRow> = {}): ExperienceRow => ({
  ...{ version: 1, study, startedAt: '2026-01-01T00:00:00.000Z', task: 'classification' },
  dataset: { modality: 'image', examples: 100, classes: 3 },
  backbone: { id: 'theirs', fingerprint: 'print' },
  objective: { name: 'accuracy', direction: 'maximise' },
  values: { freezeDepth: 2, learningRate: 0.001 },
  ...{ status: 'complete', start: 0.8, gain, epochs: 5, epochSeconds: 1, work: null },
  ...change,
});

it('takes trials of the same network, whatever it is called, under this study’s name', () => {
  expect(chooseExperience([rowOf('a', 0.1)], beginning)).toEqual([
    { study: 'a', configuration: { backbone: 'mine', values: rowOf('a', 0).values }, gain: 0.1 },
  ]);
});

it.each<[string, Partial<ExperienceRow>]>([
  ['of another network', { backbone: { id: 'mine', fingerprint: 'other' } }],
  ['by another objective', { objective: { name: 'logLoss', direction: 'minimise' } }],
  ['of another task', { task: 'regression' }],
  ['outside the space', { values: { freezeDepth: 3, learningRate: 0.001 } }],
  ['without a value of a dimension', { values: { freezeDepth: 2 } }],
  ['without a result', { gain: null }],
])('leaves out trials %s', (_, change) => {
  expect(chooseExperience([rowOf('a', 0.1, change)], beginning)).toEqual([]);
});

it('takes failures, the studies most like it first, and eight trials of each, the best among them', () => {
  const large = { dataset: { modality: 'image', examples: 100_000, classes: 50 } } as const;
  const studies = ['a', 'b', 'c', 'd'].flatMap((study) =>
    Array.from({ length: 20 }, (_, i) => rowOf(study, i === 3 ? 0.9 : i / 1000)),
  );
  const far = Array.from({ length: 20 }, () => rowOf('far', 0.5, large));
  const found = chooseExperience([...far, rowOf('a', null, { status: 'failed' }), ...studies], beginning);
  expect(found).toHaveLength(32);
  expect(found.filter(({ study }) => study === 'far')).toEqual([]);
  expect(found.filter(({ gain }) => gain === 0.9).map(({ study }) => study)).toEqual(['a', 'b', 'c', 'd']);
  const failed = chooseExperience([rowOf('a', null, { status: 'failed' })], beginning);
  expect(failed.map(({ gain }) => gain)).toEqual([null]);
});
