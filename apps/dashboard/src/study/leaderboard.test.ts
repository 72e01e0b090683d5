import { describe, expect, it } from 'vitest';
import type { Probe, Trial } from '../server/api';
import { liveList, measuredOn } from './leaderboard';

const probeOf = (number: number, loss: number): Probe => ({
  ...{ name: `probe-${number}`, number, role: 'probe', backbone: 'tiny', title: 'depth 1' },
  ...{ value: 0.5, low: 0.4, high: 0.6, loss, examples: 30, basis: 'folds' },
});

const trialOf = (number: number, state: Trial['state'], bestLoss: number | null): Trial => ({
  ...{ id: `${number}`, studyId: 'study', role: 'searched', number, state, backbone: 'tiny' },
  ...{ values: { freezeDepth: 1 }, written: { freezeDepth: '1' }, reason: null },
  ...{ worker: null, bestEpoch: 1, bestObjective: 0.5, bestLoss, startedAt: null, endedAt: null },
});

const namesOf = (lines: ReturnType<typeof liveList>): readonly string[] =>
  lines.map((line) => (line.kind === 'probe' ? line.probe.name : `trial-${line.trial.number}`));

describe('liveList', () => {
  it('has the running trials first, then probes and trials by loss', () => {
    const running = [trialOf(3, 'running', 0.1), trialOf(2, 'running', null)];
    const baseline: Trial = { ...trialOf(0, 'running', 0.1), role: 'baseline' };
    const best = [trialOf(3, 'running', 0.1), trialOf(1, 'complete', 0.4), trialOf(0, 'pruned', 0.9)];
    const probes = [probeOf(0, 0.7), probeOf(1, 0.3)];
    expect(namesOf(liveList(probes, [...running, baseline], best))).toEqual([
      ...['trial-2', 'trial-3', 'probe-1', 'trial-1', 'probe-0', 'trial-0'],
    ]);
  });

  it('is empty where there is nothing', () => {
    expect(liveList([], [], [])).toEqual([]);
  });
});

it('says on what somebody was measured', () => {
  expect(measuredOn({ examples: 30, basis: 'folds' })).toBe('30 examples, cross-validated');
  expect(measuredOn({ examples: 9, basis: 'validation' })).toBe('9 examples, validation split');
});
