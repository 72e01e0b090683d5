import type { StudyRequest, TrialRecord } from '@espalier/study';
import { studyRequestSchema } from '@espalier/study';
import { describe, expect, it } from 'vitest';
import { samplers } from '../samplers/registry.js';
import { keyOf } from '../space/points.js';
import { rateConfiguration, rateSpace } from '../testing/fixtures.js';
import { nextStep, type Course } from './course.js';

const settings = (sampler: string): StudyRequest =>
  studyRequestSchema.parse({
    command: 'test',
    dataset: { path: 'x' },
    backbones: ['a'],
    sampler,
    budget: { trials: 4, epochs: 2 },
  });

const first = [0.01, 0.02].map((rate) => ({
  configuration: rateConfiguration(rate),
  why: `because of ${rate}`,
}));

const course = (sampler: string, trials: readonly TrialRecord[]): Course => ({
  settings: settings(sampler),
  space: rateSpace,
  objective: { name: 'accuracy', direction: 'maximise', unit: 'share' },
  trainable: ['a'],
  probes: [],
  trials,
  first,
  searchEnded: null,
  elapsed: 0,
});

const ended = (number: number, configuration: TrialRecord['configuration']): TrialRecord => ({
  ...{ role: 'searched', number, configuration, status: 'complete', reason: '' },
  epochs: [
    {
      ...{ epoch: 1, trainLoss: 1, validationLoss: 1, metrics: { accuracy: 0.5 + number / 100 } },
      ...{ learningRate: 0.1, seconds: 1 },
    },
  ],
});

describe('the first trials of a study that grows another', () => {
  it.each(samplers.names)('come before those of the sampler %s, which learns from them', async (sampler) => {
    const trials: TrialRecord[] = [];
    for (const { configuration, why } of first) {
      const step = await nextStep(course(sampler, trials), 1);
      expect(step).toMatchObject({ kind: 'trial', trial: { number: trials.length, configuration, why } });
      trials.push(ended(trials.length, configuration));
    }
    const next = await nextStep(course(sampler, trials), 1);
    if (next.kind !== 'trial') throw new Error(next.kind);
    expect(first.map(({ configuration }) => keyOf(configuration))).not.toContain(
      keyOf(next.trial.configuration),
    );
    expect(next.trial.why).not.toBe(first[0]?.why);
  });

  it('end with the budget like any other', async () => {
    const trials = Array.from({ length: 4 }, (_, i) => ended(i, rateConfiguration(0.1 * (i + 1))));
    expect(await nextStep(course('random', trials), 1)).toMatchObject({ kind: 'end-search' });
  });
});
