import type { Configuration, TrialRecord, Value } from '@espalier/study';
import { expect, it } from 'vitest';
import { ancestorsOf, startOf } from './unfreezing.js';

const configuration = (freezeDepth: number, more: Readonly<Record<string, Value>> = {}): Configuration => ({
  backbone: 'net',
  values: { freezeDepth, start: 'trial', ...more },
});

let next = 0;
/** A trial that has ended, and is better than its start. */
const trial = (of: Configuration, loss: number, more: Partial<TrialRecord> = {}): TrialRecord => ({
  role: 'searched',
  number: next++,
  configuration: of,
  improved: true,
  status: 'complete',
  reason: 'all epochs',
  epochs: [{ epoch: 1, trainLoss: 1, validationLoss: loss, metrics: {}, learningRate: 1e-3, seconds: 1 }],
  ...more,
});

it('is the best of those that froze more and became better than their start', () => {
  const good = trial(configuration(6), 0.4);
  const trials = [
    trial(configuration(8), 0.5),
    good,
    trial(configuration(6), 0.3, { improved: false }),
    trial(configuration(4), 0.2),
    trial({ ...configuration(6), backbone: 'other' }, 0.1),
    trial(configuration(6), 0.1, { status: 'running' }),
    trial(configuration(6), 0.1, { status: 'failed' }),
  ];
  expect(startOf(trials, configuration(4))).toBe(good);
  expect(startOf(trials, configuration(8))).toBeNull();
  expect(startOf(trials, configuration(4, { start: 'probe' }))).toBeNull();
  expect(startOf(trials, configuration(4, { start: 'random' }))).toBeNull();
});

it('has trained nothing that the other leaves as it is', () => {
  const trials = [trial(configuration(6, { frozenTail: 1 }), 0.4)];
  expect(startOf(trials, configuration(4, { frozenTail: 1 }))).toBe(trials[0]);
  expect(startOf(trials, configuration(4, { frozenTail: 2 }))).toBeNull();
  expect(startOf(trials, configuration(4, { frozenTail: 1, normalisation: 'freeze' }))).toBeNull();
  const frozen = [trial(configuration(6, { normalisation: 'freeze' }), 0.4)];
  expect(startOf(frozen, configuration(4, { normalisation: 'freeze' }))).toBe(frozen[0]);
  expect(startOf(frozen, configuration(4))).toBe(frozen[0]);
});

it('is one whose weights are kept', () => {
  const better = Array.from({ length: 5 }, (_, i) => trial(configuration(2), 0.1 + i / 100));
  const above = trial(configuration(6), 0.4);
  expect(startOf([...better.slice(1), above], configuration(4))).toBe(above);
  expect(startOf([...better, above], configuration(4))).toBeNull();
});

it('may itself have begun with another', () => {
  const first = trial(configuration(8), 0.5);
  const second = trial(configuration(6), 0.4, { startedFrom: first.number });
  const third = trial(configuration(4), 0.3, { startedFrom: second.number });
  expect(ancestorsOf([first, second, third], third)).toEqual([first, second]);
  expect(ancestorsOf([first, second, third], first)).toEqual([]);
});
