import { describe, expect, it } from 'vitest';
import { judgeOverfitting, judgePenalised, judgeTransfer, type OverfittingEvidence } from './index.js';

/** The first `correct` of `count` are right. */
const right = (correct: number, count = 200) => Array.from({ length: count }, (_, i) => i < correct);

describe('judgeTransfer', () => {
  it('helps where it beats both baselines beyond the interval', () => {
    const verdict = judgeTransfer(
      { transfer: right(180), scratch: right(140), majority: right(60) },
      { seed: 1 },
    );
    expect(verdict.kind).toBe('helps');
    expect(verdict.versusScratch.low).toBeGreaterThan(0.1);
    expect(verdict.sentence).toMatch(
      /^Transfer helps: the best model is 20\.0 points \(95 % interval [\d.]+ to [\d.]+\) ahead of the same network trained from scratch and 60\.0 points .* on 200 test examples\.$/,
    );
  });

  it.each([
    ['the scratch twin is better', right(120), right(140), right(60), /10\.0 points \(.*\) behind the same/],
    ['the majority class is as good', right(100), right(40), right(100), /level \(.*\) with always/],
    ['the gain is within the interval', right(142), right(141), right(60), /0\.5 points/],
  ])('is negative where %s', (_, transfer, scratch, majority, sentence) => {
    const verdict = judgeTransfer({ transfer, scratch, majority }, { seed: 1 });
    expect(verdict.kind).toBe('negative-transfer');
    expect(verdict.sentence).toMatch(sentence);
  });

  it('will not praise on a handful of examples, but warns on them', () => {
    const ahead = { transfer: right(9, 10), scratch: right(1, 10), majority: right(1, 10) };
    expect(judgeTransfer(ahead, { seed: 1 }).kind).toBe('unclear');
    const behind = { ...ahead, scratch: right(10, 10) };
    expect(judgeTransfer(behind, { seed: 1 }).kind).toBe('negative-transfer');
  });
});

describe('judgeOverfitting', () => {
  const curveOf = (losses: readonly (readonly [number, number])[]) =>
    losses.map(([trainLoss, validationLoss], i) => ({ epoch: i + 1, trainLoss, validationLoss }));
  const healthy: OverfittingEvidence = {
    trainAccuracy: 0.93,
    validationAccuracy: 0.9,
    trainLoss: 0.2,
    validationLoss: 0.3,
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
    expect(judgeOverfitting({ ...healthy, trainAccuracy: 1, validationAccuracy: 0.7 }).kind).toBe(
      'memorised',
    );
    expect(judgeOverfitting({ ...healthy, trainAccuracy: 1, validationAccuracy: 0.85 }).kind).toBe(
      'overfitting',
    );
    expect(judgeOverfitting({ ...healthy, validationAccuracy: 0.8 }).kind).toBe('overfitting');
  });

  it('sees a validation loss that turned while the training loss fell', () => {
    const turned = curveOf([
      [0.8, 0.7],
      [0.2, 0.3],
      [0.1, 0.4],
    ]);
    const verdict = judgeOverfitting({ ...healthy, curve: turned });
    expect(verdict.kind).toBe('overfitting');
    expect(verdict.sentence).toContain('lowest at epoch 2 (0.300) and ended at 0.400');
    const diverged = turned.map((epoch, i) => (i === 2 ? { ...epoch, trainLoss: 0.9 } : epoch));
    expect(judgeOverfitting({ ...healthy, curve: diverged }).kind).toBe('none');
  });

  it('does without a curve', () => {
    expect(judgeOverfitting({ ...healthy, curve: [] }).kind).toBe('none');
  });

  it('of a penalised classifier is never seen in what it learnt from', () => {
    const { kind, gap, sentence } = judgePenalised({ trainAccuracy: 1, validationAccuracy: 0.7 });
    expect({ kind, gap }).toEqual({ kind: 'none', gap: expect.closeTo(0.3) });
    expect(sentence).toContain('70.0 % are right');
  });
});
