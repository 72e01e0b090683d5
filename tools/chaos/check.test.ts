import { describe, expect, it } from 'vitest';
import { faultsAfterCrashes, faultsOf } from './check.js';
import { lasting, type Evidence } from './evidence.js';

const trial = (change: object = {}) => ({
  state: 'complete',
  reason: 'all epochs',
  curve: [[1, 0.5]],
  ...change,
});

const calm: Evidence = {
  state: 'finished',
  reason: 'all trials',
  trials: { '0': trial(), '1': trial({ curve: [[1, 0.4]] }) },
  decisions: ['search-ended : all trials', 'trial-complete 0: all epochs', 'trial-complete 1: all epochs'],
  events: { gap: false, ends: [0, 1] },
  openTasks: 0,
  epochs: ['0 1', '1 1'],
  told: ['0 1', '1 1'],
  files: { 'results/model.onnx': 'a', 'results/report.json': 'b' },
  artifacts: ['results/model.onnx a', 'results/report.json'],
  leftovers: ['trial-0/weights'],
  prediction: [['cat', '0.90000']],
  report: { best: { trial: 0 } },
};
const acknowledged = [
  { trial: 0, epoch: 1 },
  { trial: 1, epoch: 1 },
];

describe('a study that went through kills', () => {
  it('has no fault where it is as without them, whichever trial ended first', () => {
    expect(faultsOf(calm, calm, acknowledged)).toEqual([]);
    expect(faultsOf({ ...calm, events: { gap: false, ends: [1, 0] } }, calm, acknowledged)).toEqual([]);
  });

  it.each<[string, Partial<Evidence>]>([
    ['a state', { state: 'failed' }],
    ['a reason', { reason: null }],
    ['a curve', { trials: { ...calm.trials, '1': trial({ curve: [[1, 0.41]] }) } }],
    ['a trial', { trials: { '0': trial() } }],
    ['a trial too many', { trials: { ...calm.trials, '2': trial() } }],
    ['a decision', { decisions: calm.decisions.slice(1) }],
    ['a decision twice', { decisions: [...calm.decisions, calm.decisions[1] as string] }],
    ['a gap', { events: { gap: true, ends: [0, 1] } }],
    ['an end', { events: { gap: false, ends: [0] } }],
    ['an end twice', { events: { gap: false, ends: [0, 1, 1] } }],
    ['an open task', { openTasks: 1 }],
    ['an epoch', { epochs: ['0 1'] }],
    ['an epoch of its history', { told: ['0 1'] }],
    ['bytes of the model', { files: { ...calm.files, 'results/model.onnx': 'c' } }],
    ['a file', { files: { 'results/model.onnx': 'a' } }],
    ['an artifact', { artifacts: calm.artifacts.slice(1) }],
    ['a leftover', { leftovers: [...calm.leftovers, 'trial-1/checkpoint'] }],
    ['weights', { leftovers: [] }],
    ['a prediction', { prediction: [['cat', '0.80000']] }],
    ['a number of the report', { report: { best: { trial: 1 } } }],
  ])('has a fault where it differs in %s', (_, change) => {
    expect(faultsOf({ ...calm, ...change }, calm, acknowledged)).not.toEqual([]);
  });
});

describe('a study whose processes were killed alone', () => {
  const dead = trial({
    state: 'failed',
    reason: 'the training process was killed, perhaps because memory ran out',
  });
  const found: Evidence = {
    ...calm,
    trials: { ...calm.trials, '1': dead },
    files: { ...calm.files, 'results/model.onnx': 'z' },
    artifacts: ['results/model.onnx z', 'results/report.json'],
  };

  it('may have so many trials that failed, and is whole in itself', () => {
    expect(faultsAfterCrashes(found, calm, { acknowledged, crashes: 1 })).toEqual([]);
    expect(faultsAfterCrashes(calm, calm, { acknowledged, crashes: 1 })).toEqual([]);
    expect(faultsAfterCrashes(found, calm, { acknowledged, crashes: 0 })).not.toEqual([]);
  });

  it.each<[string, Partial<Evidence>]>([
    ['another trial', { trials: { '0': trial({ curve: [[1, 0.6]] }), '1': dead } }],
    ['an artifact of other bytes', { artifacts: ['results/model.onnx a', 'results/report.json'] }],
    ['a file', { files: { 'results/model.onnx': 'z' } }],
    ['an epoch', { epochs: [] }],
    ['a prediction', { prediction: 'not to be had: BlobError' }],
    ['a decision', { decisions: calm.decisions.slice(1) }],
  ])('has a fault where it differs in %s', (_, change) => {
    expect(faultsAfterCrashes({ ...found, ...change }, calm, { acknowledged, crashes: 1 })).not.toEqual([]);
  });
});

it('a report is compared without times, machines and names', () => {
  const report = {
    command: 'a',
    seconds: 1,
    trials: [{ number: 1, seconds: 2 }],
    environment: { node: '20' },
    costs: [{ name: 'latency' }],
    front: ['probe-0'],
  };
  expect(lasting(report)).toEqual({ trials: [{ number: 1 }] });
});
