import { studyRequestSchema, type EpochRecord, type SearchSpace, type TrialRecord } from '@espalier/study';
import { describe, expect, it } from 'vitest';
import { choices } from '../dimensions/dimension.js';
import { decideTrial, nextStep, type Course } from './course.js';
import { requestOf } from './request.js';

const space: SearchSpace = {
  backbones: ['small', 'large'].map((id) => ({ id, ranges: { freezeDepth: choices(0, 1, 2) } })),
  ranges: { learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-2 } },
};

const measured = { small: { latency: 2, size: 100 }, large: { latency: 8, size: 900 } };

const epoch = (number: number, accuracy: number, seconds = 10): EpochRecord => ({
  ...{ epoch: number, trainLoss: 1, validationLoss: 1 - accuracy, metrics: { accuracy } },
  ...{ learningRate: 0.1, seconds },
});

const trialOf = (number: number, backbone: string, change: Partial<TrialRecord> = {}): TrialRecord => ({
  ...{ role: 'searched', number, status: 'complete', reason: '', epochs: [epoch(1, 0.5), epoch(2, 0.6)] },
  configuration: { backbone, values: { freezeDepth: 0, learningRate: 1e-4 * (number + 1) } },
  ...change,
});

const courseOf = (asked: object, trials: readonly TrialRecord[] = []): Course => ({
  settings: studyRequestSchema.parse({
    ...{ command: 'test', dataset: { path: 'x' }, backbones: ['small', 'large'], pruner: 'none' },
    budget: { trials: 40, epochs: 5, exhaust: true },
    ...asked,
  }),
  objective: { name: 'accuracy', direction: 'maximise', unit: 'share' },
  ...{ space, trials, measured, trainable: [], probes: [], searchEnded: null, elapsed: 0 },
});

describe('a course within limits', () => {
  it.each(['random', 'transfer', 'nsga2', 'grid'])(
    'has no trial of the sampler %s over them',
    async (sampler) => {
      const trials: TrialRecord[] = [];
      for (let number = 0; number < 6; number++) {
        const step = await nextStep(courseOf({ sampler, limits: { latency: 5 } }, trials), 1);
        if (step.kind !== 'trial') throw new Error(step.kind);
        expect(step.trial.configuration.backbone).toBe('small');
        trials.push(trialOf(number, 'small', { configuration: step.trial.configuration }));
      }
    },
  );

  it('leaves out first trials that are over them', async () => {
    const first = ['large', 'small'].map((backbone) => ({
      configuration: trialOf(0, backbone).configuration,
      why: `it is ${backbone}`,
    }));
    const step = await nextStep({ ...courseOf({ limits: { size: 500 } }), first }, 1);
    expect(step).toMatchObject({ kind: 'trial', trial: { why: 'it is small' } });
  });

  it('ends the search where nothing that could be trained is within them', async () => {
    expect(await nextStep(courseOf({ limits: { latency: 1 } }), 1)).toEqual({
      kind: 'end-search',
      reason: expect.stringContaining('No network that could be trained is within the limits'),
    });
  });

  it('ends a trial before its training breaks one, with what it goes back to', async () => {
    const { epochs, ...trial } = trialOf(0, 'small');
    const decide = (seconds: number): Promise<unknown> =>
      decideTrial(courseOf({ limits: { training: seconds } }), trial, epochs);
    expect(await decide(30)).toBeNull();
    expect(await decide(29)).toMatchObject({ status: 'complete' });
    const parent = trialOf(7, 'small');
    const course = courseOf({ limits: { training: 49 } }, [parent]);
    expect(await decideTrial(course, trial, epochs)).toBeNull();
    expect(await decideTrial(course, { ...trial, startedFrom: 7 }, epochs)).not.toBeNull();
  });
});

describe('the gains that samplers see', () => {
  const trials = [trialOf(0, 'small'), trialOf(1, 'large'), trialOf(2, 'small', { epochs: [] })];
  const gainsOf = (asked: object) => requestOf(courseOf(asked, trials)).history.map(({ gains }) => gains);

  it('are the objective, and what is weighed beside it, less of which is better', () => {
    expect(gainsOf({})).toEqual([[0.6], [0.6], []]);
    expect(gainsOf({ also: ['latency', 'training'] })).toEqual([[0.6, -2, -20], [0.6, -8, -20], []]);
  });

  it('make an evolution prefer the quicker of two that are as good', async () => {
    const half = (backbone: string, from: number): TrialRecord[] =>
      Array.from({ length: 10 }, (_, i) => trialOf(from + i, backbone));
    const generation = [...half('large', 0), ...half('small', 10)];
    const shareOfSmall = async (also: readonly string[]): Promise<number> => {
      let small = 0;
      for (let seed = 0; seed < 40; seed++) {
        const step = await nextStep(courseOf({ sampler: 'nsga2', seed, also }, generation), 1);
        small += step.kind === 'trial' && step.trial.configuration.backbone === 'small' ? 1 : 0;
      }
      return small / 40;
    };
    expect(await shareOfSmall(['latency'])).toBeGreaterThan((await shareOfSmall([])) + 0.1);
  });
});
