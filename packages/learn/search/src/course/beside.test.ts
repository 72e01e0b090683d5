import { studyRequestSchema, type SearchSpace, type StudyRequest, type TrialRecord } from '@espalier/study';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../space/points.js';
import { list } from '../testing/fixtures.js';
import { nextBeside } from './beside.js';
import { nextStep, type Course } from './course.js';

/** A network of 4 stages, and heads that differ in their rates, decays and smoothing. */
const space = (depths: readonly number[]): SearchSpace => ({
  backbones: [
    { id: 'net', ranges: { freezeDepth: list(...depths) }, work: [64, 40, 20, 10, 0.1] },
    { id: 'other', ranges: { freezeDepth: list(...depths) }, work: [64, 40, 20, 10, 0.1] },
  ],
  ranges: { learningRate: list(1e-3, 3e-3, 1e-2), weightDecay: list(0, 0.01), augmentation: list('none') },
});

const settings = (sampler: string, trials: number): StudyRequest =>
  studyRequestSchema.parse({
    command: 'test',
    dataset: { path: 'x' },
    backbones: ['net'],
    sampler,
    budget: { trials, epochs: 2 },
  });

const course = (change: Partial<Course> & { readonly sampler?: string; readonly most?: number }): Course => ({
  settings: settings(change.sampler ?? 'grid', change.most ?? 100),
  space: space([2, 4]),
  objective: { name: 'accuracy', direction: 'maximise', unit: 'share' },
  trainable: ['net', 'other'],
  probes: [],
  trials: [],
  searchEnded: null,
  starting: true,
  elapsed: 0,
  ...change,
});

const running = (number: number, freezeDepth: number, learningRate = 1e-3, more = {}): TrialRecord => ({
  ...{ role: 'searched', number, status: 'running', reason: '', epochs: [] },
  configuration: {
    backbone: 'net',
    values: { freezeDepth, learningRate, weightDecay: 0, augmentation: 'none', ...more },
  },
});

/** Starts trials beside the first until there are none. */
async function group(of: Course): Promise<TrialRecord[]> {
  const trials = [...of.trials];
  for (;;) {
    const next = await nextBeside({ ...of, trials });
    if (next === null) return trials;
    trials.push({ ...next, status: 'running', reason: '', epochs: [] });
  }
}

describe('trials that start beside a head', () => {
  it('are all heads of its backbone that a grid has left', async () => {
    const trials = await group(course({ trials: [running(0, 4)] }));
    expect(trials).toHaveLength(6);
    expect(new Set(trials.map(({ configuration }) => keyOf(configuration))).size).toBe(6);
    for (const [i, { configuration, number, why }] of trials.entries()) {
      expect(configuration).toMatchObject({ backbone: 'net', values: { freezeDepth: 4 } });
      expect(number).toBe(i);
      if (i > 0) expect(why).toBe('Every configuration is tried. It trains side by side with trial 0.');
    }
  });

  it('are only those that come next where the budget leaves points of the grid out', async () => {
    const whole = await group(course({ trials: [running(0, 4)], most: 24 }));
    expect(whole).toHaveLength(6);
    // The next points by chance, up to one of another depth or backbone.
    const part = await group(course({ trials: [running(0, 4)], most: 20 }));
    expect(part.length).toBeLessThan(6);
  });

  it.each(['random', 'tpe', 'transfer'])('are what %s chooses next in any case', async (sampler) => {
    const heads = { sampler, space: space([4]) };
    for (const next of [course(heads), course({ ...heads, trials: [running(0, 4)] })]) {
      const [own] = next.trials;
      const step = await nextStep(next, 2);
      const beside = await nextBeside(next);
      if (own === undefined) expect(beside).toBeNull();
      else if (step.kind === 'trial' && step.trial.configuration.backbone === 'net') {
        expect(beside?.configuration).toEqual(step.trial.configuration);
        expect(beside?.why).toContain('It trains side by side with trial 0.');
      } else expect(beside).toBeNull();
    }
  });

  it('are none where a trial trains stages, or in a way of its own', async () => {
    expect(await nextBeside(course({ trials: [running(0, 2)] }))).toBeNull();
    expect(await nextBeside(course({ trials: [running(0, 4, 1e-3, { mixup: 0.2 })] }))).toBeNull();
    expect(await nextBeside(course({ trials: [running(0, 4, 1e-3, { mixup: 0 })] }))).not.toBeNull();
  });

  it('are none once something has become of one, or the search has ended', async () => {
    const trials = [running(0, 4)];
    expect(await nextBeside(course({ trials, starting: false }))).toBeNull();
    expect(await nextBeside(course({ trials, searchEnded: 'enough' }))).toBeNull();
  });

  it('count as the trials that they are', async () => {
    expect(await group(course({ trials: [running(0, 4)], most: 3, space: space([4]) }))).toHaveLength(1);
    const one = { ...space([4]), backbones: space([4]).backbones.slice(0, 1) };
    const alone = course({ trials: [running(0, 4)], most: 6, space: one });
    expect(await group(alone)).toHaveLength(6);
    const rates = {
      ...one,
      ranges: { ...one.ranges, learningRate: { kind: 'logUniform', low: 1e-4, high: 1 } },
    } as const;
    const many = course({ trials: [running(0, 4)], most: 100, space: rates, sampler: 'random' });
    expect(await group(many)).toHaveLength(64);
  });
});
