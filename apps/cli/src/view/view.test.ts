import { PassThrough } from 'node:stream';
import type { StudyNews } from '@espalier/sdk';
import type { EpochRecord, Objective, TrialRecord } from '@espalier/study';
import { describe, expect, it } from 'vitest';
import { linesOf } from './lines.js';
import { createLive } from './live.js';
import { emptyState, follow, secondsLeft, type SearchState } from './state.js';
import { leaderboard } from './table.js';
import { duration, printable, rate } from './view.js';

const epoch = (number: number, accuracy: number): EpochRecord => ({
  epoch: number,
  trainLoss: 1,
  validationLoss: 1 - accuracy,
  metrics: { accuracy, logLoss: 1 - accuracy },
  learningRate: 1e-3,
  seconds: 2,
});

const trial = (number: number, change: Partial<TrialRecord> = {}): TrialRecord => ({
  role: 'searched',
  number,
  configuration: { backbone: 'net', values: { freezeDepth: 3, learningRate: 2e-3, layerDecay: 0.85 } },
  status: 'running',
  reason: '',
  epochs: [],
  ...change,
});

const after = (...events: StudyNews[]): SearchState => events.reduce(follow, emptyState);

const list = (...values: number[]) => ({ kind: 'choices' as const, values });
const space = {
  backbones: [{ id: 'net', ranges: { freezeDepth: list(0, 3) } }],
  ranges: { learningRate: list(1e-3, 2e-3), layerDecay: list(0.85) },
};
const objective: Objective = {
  ...{ name: 'accuracy', label: 'Accuracy' },
  ...{ direction: 'maximise', unit: 'share' },
};
const loss: Objective = {
  ...{ name: 'logLoss', label: 'Log loss' },
  ...{ direction: 'minimise', unit: 'number' },
};

const oneEnded: StudyNews[] = [
  { kind: 'space', space, objective },
  { kind: 'trial-started', trial: trial(0) },
  { kind: 'epoch', role: 'searched', number: 0, record: epoch(1, 0.5) },
  { kind: 'epoch', role: 'searched', number: 0, record: epoch(2, 0.7) },
  {
    kind: 'trial-ended',
    trial: trial(0, { status: 'complete', reason: 'all epochs', epochs: [epoch(1, 0.5), epoch(2, 0.7)] }),
  },
];

describe('the time left', () => {
  const limits = { trials: 5, epochs: 2, seconds: null };
  const clock = { session: 10, phase: 4 };

  it('is the mean time of a trial for each that is left', () => {
    expect(secondsLeft(after(), limits, clock)).toBeNull();
    expect(secondsLeft(after(...oneEnded), limits, clock)).toBe(16);
  });

  it('is never more than the budget of time', () => {
    expect(secondsLeft(after(...oneEnded), { ...limits, seconds: 15 }, clock)).toBe(5);
    expect(secondsLeft(after(), { trials: null, epochs: 2, seconds: 15 }, clock)).toBe(5);
  });

  it('follows the phase where no trial runs', () => {
    const caching: StudyNews = { kind: 'progress', phase: 'caching', done: 25, total: 100 };
    expect(secondsLeft(after(caching), limits, clock)).toBe(12);
    expect(secondsLeft(after({ ...caching, done: 0 }), limits, clock)).toBeNull();
  });
});

describe('the leaderboard', () => {
  it('has a column for each dimension in which there is a choice', () => {
    const shown = leaderboard(after(...oneEnded), 10);
    expect(shown).toMatch(/│ frozen stages │ learning rate │ epoch │/);
    expect(shown).toMatch(/│ trial-0 +│ net +│ +3 │ +2e-3 │/);
  });

  it('names and formats the objective, which may be no share', () => {
    const shown = leaderboard(after(...oneEnded, { kind: 'space', space, objective: loss }), 10);
    expect(shown).toMatch(/│ epoch │ log loss │ +loss │/);
    expect(shown).toMatch(/│ +0\.\d{3} │ +0\.\d{3} │ complete/);
    expect(leaderboard(after(...oneEnded), 10)).toMatch(/│ +\d+\.\d % │/);
  });

  it('has what runs first, then the best', () => {
    const state = after(
      ...oneEnded,
      { kind: 'trial-ended', trial: trial(1, { status: 'pruned', reason: 'late', epochs: [epoch(1, 0.9)] }) },
      { kind: 'trial-ended', trial: trial(2, { status: 'failed', reason: 'the loss became NaN' }) },
      { kind: 'trial-started', trial: trial(3) },
    );
    const rows = leaderboard(state, 10)
      .split('\n')
      .filter((line) => /│ trial-\d/.test(line));
    expect(rows.map((row) => /trial-\d/.exec(row)?.[0])).toEqual([
      'trial-3',
      'trial-1',
      'trial-0',
      'trial-2',
    ]);
    expect(rows[1]).toMatch(/90.0 % │ +0.100 │ pruned: late/);
    expect(
      leaderboard(state, 2)
        .split('\n')
        .filter((line) => /│ trial-\d/.test(line)),
    ).toHaveLength(2);
  });
});

describe('the live view', () => {
  it('draws table, progress and best so far, and leaves the result', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 30 });
    const view = createLive(stream as unknown as NodeJS.WriteStream, { trials: 2, epochs: 2, seconds: null });
    for (const event of oneEnded) view.onEvent(event);
    view.say('Stopping. Press Ctrl-C again to stop at once.');
    view.close();
    const text = String(stream.read());
    expect(text).toContain('1 of 2 trials  |  best 70.0 % (trial-0)');
    expect(text).toContain('about 4 s left');
    expect(text).toContain('Stopping. Press Ctrl-C again');
  });
});

describe('words and numbers', () => {
  it('are short', () => {
    expect([0.4, 59.6, 61, 3725].map(duration)).toEqual(['0.4 s', '1 min 00 s', '1 min 01 s', '1 h 02 min']);
    expect([0.0012345, 0.5].map(rate)).toEqual(['1.2e-3', '5.0e-1']);
  });

  it('keep control characters of file names from the terminal', () => {
    expect(printable('a\u001b[2Jb\n')).toBe('a?[2Jb?');
    const [line] = linesOf({ kind: 'note', text: 'evil \u001b]0;name\u0007' }, emptyState);
    expect(line).toBe('evil ?]0;name?');
  });
});
