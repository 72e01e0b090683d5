import { describe, expect, it } from 'vitest';
import {
  judgeOverfitting,
  judgePenalised,
  judgeTransfer,
  pairedDifferenceInterval,
  type Groups,
  type OverfittingEvidence,
} from '../index.js';

/** The first `correct` of `count` are right. */
const right = (correct: number, count = 200) => Array.from({ length: count }, (_, i) => i < correct);

interface Answers {
  readonly transfer: readonly boolean[];
  readonly baseline: readonly boolean[];
  readonly majority: readonly boolean[];
  readonly groups?: Groups;
}

const judge = ({ transfer, baseline, majority, groups }: Answers) =>
  judgeTransfer({
    versusBaseline: pairedDifferenceInterval(transfer, baseline, groups),
    versusTrivial: pairedDifferenceInterval(transfer, majority, groups),
    trivial: 'always answering with the most frequent class',
    examples: transfer.length,
    unit: 'share',
  });

describe('judgeTransfer', () => {
  it('helps where it beats both baselines beyond the interval', () => {
    const verdict = judge({ transfer: right(180), baseline: right(140), majority: right(60) });
    expect(verdict.kind).toBe('helps');
    expect(verdict.versusBaseline.low).toBeGreaterThan(0.1);
    expect(verdict.sentence).toMatch(
      /^Transfer helps: the best model is 20\.0 points \(95 % interval [\d.]+ to [\d.]+\) ahead of the same network trained from random weights and 60\.0 points .* on 200 test examples\.$/,
    );
  });

  it('is negative where a baseline is better beyond the interval', () => {
    const verdict = judge({ transfer: right(120), baseline: right(140), majority: right(60) });
    expect(verdict.kind).toBe('negative-transfer');
    expect(verdict.sentence).toMatch(/10\.0 points \(.*\) behind the same/);
  });

  it.each([
    ['the majority class is as good', right(100), right(40), right(100), /level \(.*\) with always/],
    ['the gain is within the interval', right(142), right(141), right(60), /0\.5 points/],
    ['there are a handful of examples', right(5, 10), right(4, 10), right(3, 10), /10\.0 points/],
  ])('is unclear where %s', (_, transfer, baseline, majority, sentence) => {
    const verdict = judge({ transfer, baseline, majority });
    expect(verdict.kind).toBe('unclear');
    expect(verdict.sentence).toMatch(sentence);
  });

  it('helps on few examples where they tell', () => {
    const ahead = { transfer: right(23, 24), baseline: right(8, 24), majority: right(6, 24) };
    expect(judge(ahead).kind).toBe('helps');
  });
});

it('both verdicts count the examples of a group as what they are worth together', () => {
  // Two speakers decide it all.
  const groups = Array.from({ length: 40 }, (_, i) => (i < 20 ? 'ann' : 'bob'));
  const contest = { transfer: right(40, 40), baseline: right(20, 40), majority: right(10, 40) };
  expect(judge(contest).kind).toBe('helps');
  expect(judge({ ...contest, groups }).kind).toBe('unclear');
  const train = { correct: 190, examples: 200, loss: 0.1 };
  const validation = { correct: 160, examples: 200, loss: 0.5 };
  expect(judgeOverfitting({ train, validation, curve: [] }).kind).toBe('overfitting');
  expect(judgeOverfitting({ train, validation: { ...validation, effective: 8 }, curve: [] }).kind).toBe(
    'none',
  );
});

describe('judgeOverfitting', () => {
  const curveOf = (losses: readonly (readonly [number, number])[]) =>
    losses.map(([trainLoss, validationLoss], i) => ({ epoch: i + 1, trainLoss, validationLoss }));
  const healthy: OverfittingEvidence = {
    train: { correct: 930, examples: 1000, loss: 0.2 },
    validation: { correct: 180, examples: 200, loss: 0.3 },
    curve: curveOf([
      [0.8, 0.7],
      [0.2, 0.3],
    ]),
  };

  it('passes a model that does nearly as well on validation', () => {
    const verdict = judgeOverfitting(healthy);
    expect(verdict.kind).toBe('none');
    expect(verdict.gap).toBeCloseTo(0.03, 12);
    expect(verdict.sentence).toContain('93.0 % of the training examples and 90.0 % of the validation');
  });

  it('tells memorising from overfitting', () => {
    const all = { correct: 1000, examples: 1000, loss: 0 };
    const some = (correct: number, examples = 200) => ({ correct, examples, loss: 1 });
    expect(judgeOverfitting({ ...healthy, train: all, validation: some(140) }).kind).toBe('memorised');
    expect(judgeOverfitting({ ...healthy, train: all, validation: some(170) }).kind).toBe('overfitting');
    expect(judgeOverfitting({ ...healthy, validation: some(160) }).kind).toBe('overfitting');
    // The same gap on 10 examples may be chance.
    const few = judgeOverfitting({ ...healthy, validation: some(8, 10) });
    expect(few.kind).toBe('none');
    expect(few.sentence).toMatch(/a gap of 13\.0 points \(95 % interval -[\d.]+ to [\d.]+\)/);
  });

  it('sees a validation loss that turned while the training loss fell', () => {
    const turned = curveOf([
      [0.8, 0.7],
      [0.2, 0.3],
      [0.1, 0.4],
    ]);
    const verdict = judgeOverfitting({ ...healthy, curve: turned });
    // The epoch that is kept is the one before.
    expect(verdict.kind).toBe('none');
    expect(verdict.sentence).toContain('lowest at epoch 2 (0.300) and ended at 0.400');
    const diverged = turned.map((epoch, i) => (i === 2 ? { ...epoch, trainLoss: 0.9 } : epoch));
    expect(judgeOverfitting({ ...healthy, curve: diverged }).sentence).not.toContain('lowest at epoch');
  });

  it('does without a curve', () => {
    expect(judgeOverfitting({ ...healthy, curve: [] }).kind).toBe('none');
  });

  it('of a penalised classifier is never seen in what it learnt from', () => {
    const { kind, gap, sentence } = judgePenalised({
      train: { correct: 10, examples: 10, loss: 0 },
      validation: { correct: 7, examples: 10, loss: 1 },
    });
    expect({ kind, gap }).toEqual({ kind: 'none', gap: expect.closeTo(0.3) });
    expect(sentence).toContain('70.0 % are right');
  });
});
