import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  studyRequestSchema,
  type EpochRecord,
  type ProbeRecord,
  type SearchSpace,
  type TrialRecord,
} from '@espalier/study';
import { decideTrial, nextStep, reserveOf, timeLimit, type Course } from '../index.js';
import { list } from '../testing/fixtures.js';

const space: SearchSpace = {
  backbones: [{ id: 'net', ranges: { freezeDepth: list(0, 2) }, work: [3e9, 1e9, 1e8] }],
  ranges: { learningRate: list(1e-3, 3e-3, 1e-2) },
};

const settingsOf = (seconds: number | null, baseline = true) =>
  studyRequestSchema.parse({
    ...{ command: '', dataset: { path: 'x' }, backbones: ['net'], baseline },
    budget: { trials: null, seconds },
  });

const probe: ProbeRecord = {
  ...{ number: 0, role: 'probe', backbone: 'net', title: 'depth 2', parts: [], width: 4, penalty: 1 },
  ...{ value: 0.8, low: 0.75, high: 0.85, loss: 0.5, examples: 850, basis: 'folds', seconds: 1 },
};

const epochs = (count: number, seconds: number, loss = 0.4): EpochRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ epoch: i + 1, trainLoss: 0.5, validationLoss: loss - 0.01 * i, learningRate: 1e-3, seconds },
    metrics: { accuracy: 0.8 },
  }));

const trialOf = (number: number, own: readonly EpochRecord[], freezeDepth = 2): TrialRecord => ({
  ...{ role: 'searched', number, status: 'complete', reason: '', epochs: own },
  configuration: { backbone: 'net', values: { freezeDepth, learningRate: 1e-3 } },
});

const courseOf = (seconds: number | null, change: Partial<Course> = {}): Course => ({
  settings: settingsOf(seconds),
  ...{ space, trainable: ['net'], probes: [probe], trials: [], searchEnded: null, elapsed: 10, featured: 4 },
  objective: { name: 'accuracy', direction: 'maximise', unit: 'share' },
  ...change,
});

describe('the time of a study', () => {
  it('is kept for what follows the search, which ends the sooner the more that is', () => {
    const history = fc.record({
      seconds: fc.double({ min: 20, max: 5000, noNaN: true }),
      each: fc.double({ min: 0.1, max: 60, noNaN: true }),
      count: fc.integer({ min: 0, max: 10 }),
      featured: fc.double({ min: 0, max: 200, noNaN: true }),
    });
    fc.assert(
      fc.property(history, ({ seconds, each, count, featured }) => {
        const trials = [trialOf(0, epochs(count, each))];
        const course = courseOf(seconds, { trials, featured });
        const { baseline, comparing, finishing } = reserveOf(course, seconds);
        expect(Math.min(baseline, comparing)).toBeGreaterThanOrEqual(0);
        expect(baseline).toBeLessThanOrEqual(0.2 * seconds);
        expect(comparing).toBeLessThanOrEqual(0.5 * seconds);
        expect(timeLimit(course, 'searched')).toBeLessThanOrEqual(timeLimit(course, 'baseline'));
        expect(timeLimit(course, 'baseline')).toBeLessThanOrEqual(seconds - finishing);
        const slower = courseOf(seconds, { trials, featured: featured + 1 });
        expect(reserveOf(slower, seconds).finishing).toBeGreaterThan(finishing);
      }),
    );
  });

  it('has no end where none was asked for', async () => {
    const course = courseOf(null, { elapsed: 1e9, trials: [trialOf(0, epochs(3, 10))] });
    expect(timeLimit(course, 'searched')).toBe(Infinity);
    expect(await decideTrial(course, trialOf(1, []), epochs(2, 1e6))).toBeNull();
  });

  it('begins a trial whose first epoch is expected to end in it, and no other', async () => {
    // 850 labelled examples took 4 s, so that an epoch from depth 2 takes well under one.
    expect(await nextStep(courseOf(60), 1)).toMatchObject({ kind: 'trial' });
    const slow = await nextStep(courseOf(60, { featured: 45, elapsed: 46 }), 1);
    expect(slow).toMatchObject({ kind: 'end-search' });
    expect('reason' in slow && slow.reason).toMatch(
      /^The budget is spent: 46 of 60 seconds have passed, and \d+ s for the answer and its report are kept; the first epoch of another trial is expected to take \d+ s\.$/,
    );
  });

  it('begins a cheaper trial where the one that the sampler wants does not fit', async () => {
    // From depth 0 an epoch takes 30 times as long as from depth 2.
    const deep = { id: 'net', ranges: { freezeDepth: list(0, 2) }, work: [3e9, 1e9, 1e8] };
    const wide: SearchSpace = { ...space, backbones: [deep] };
    for (let seed = 0; seed < 20; seed++) {
      const settings = { ...settingsOf(60, false), sampler: 'random', seed };
      const known = [trialOf(0, epochs(1, 1))];
      const course = courseOf(60, { settings, space: wide, trials: known, elapsed: 35 });
      const step = await nextStep(course, 1);
      expect(step).toMatchObject({ kind: 'trial', trial: { configuration: { values: { freezeDepth: 2 } } } });
    }
    const settings = { ...settingsOf(60, false), sampler: 'random' };
    const late = courseOf(60, { settings, trials: [trialOf(0, epochs(1, 20))], elapsed: 45 });
    expect(await nextStep(late, 1)).toMatchObject({ kind: 'end-search' });
  });

  it('ends a trial before an epoch that would go beyond it', async () => {
    const limit = timeLimit(courseOf(100, { settings: settingsOf(100, false) }), 'searched');
    const at = (elapsed: number) =>
      decideTrial(courseOf(100, { settings: settingsOf(100, false), elapsed }), trialOf(0, []), epochs(1, 7));
    expect(await at(limit - 7.5)).toBeNull();
    expect(await at(limit - 6.5)).toEqual({ status: 'complete', reason: 'the time is up' });
  });

  it('keeps enough to train a leading trial on folds, not one that is behind the probe', () => {
    const leading = courseOf(600, { trials: [trialOf(0, epochs(5, 2))] });
    // Five epochs of 2 s: on four fifths of the labelled examples five times, on all of them, and on everything.
    expect(reserveOf(leading, 600).comparing).toBeCloseTo(10 * ((4 * 0.85) / 0.7 + 0.85 / 0.7 + 1 / 0.7), 6);
    const behind = courseOf(600, { trials: [trialOf(0, epochs(5, 2, 0.9))] });
    expect(reserveOf(behind, 600).comparing).toBe(0);
    expect(reserveOf(courseOf(60, { trials: [trialOf(0, epochs(5, 2))] }), 60).comparing).toBe(0);
  });

  it('leaves a baseline out of which not one epoch fits', async () => {
    const ended = { searchEnded: 'enough', elapsed: 30 };
    // An epoch from depth 0 takes 30 times as long as one from depth 2.
    const slow = courseOf(60, { ...ended, trials: [trialOf(0, epochs(1, 5, 0.9))] });
    expect(reserveOf(slow, 60).baseline).toBe(0);
    expect(await nextStep(slow, 1)).toEqual({ kind: 'finish' });
    const fast = courseOf(60, { ...ended, trials: [trialOf(0, epochs(1, 0.1, 0.9))] });
    expect(await nextStep(fast, 1)).toMatchObject({ kind: 'trial', trial: { role: 'baseline' } });
  });
});
