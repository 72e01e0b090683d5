import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import {
  judgeOverfitting,
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

/** A model that does well. */
const healthy: OverfittingEvidence = {
  metric: { label: 'Accuracy', unit: 'share', direction: 'maximise' },
  ...{ train: 0.93, held: 0.9, trainRight: 0.93, examples: 200, curve: [] },
  versusTrivial: pairedDifferenceInterval(right(180), right(60)),
  trivial: 'always answering with the most frequent class',
  simpler: [{ title: 'the probe', ahead: pairedDifferenceInterval(right(178), right(180)) }],
};

it('both verdicts count the examples of a group as what they are worth together', () => {
  // Two speakers decide it all.
  const groups = Array.from({ length: 40 }, (_, i) => (i < 20 ? 'ann' : 'bob'));
  const contest = { transfer: right(40, 40), baseline: right(20, 40), majority: right(10, 40) };
  expect(judge(contest).kind).toBe('helps');
  expect(judge({ ...contest, groups }).kind).toBe('unclear');
  const byHeart = { ...healthy, trainRight: 1 };
  const versus = (own?: Groups) => pairedDifferenceInterval(right(40, 40), right(26, 40), own);
  expect(judgeOverfitting({ ...byHeart, versusTrivial: versus() }).kind).toBe('none');
  expect(judgeOverfitting({ ...byHeart, versusTrivial: versus(groups) }).kind).toBe('memorised');
});

describe('judgeOverfitting', () => {
  const curveOf = (losses: readonly (readonly [number, number])[]) =>
    losses.map(([trainLoss, validationLoss], i) => ({ epoch: i + 1, trainLoss, validationLoss }));

  it('passes a gap that costs nothing, however wide it is', () => {
    const { kind, gap, sentence } = judgeOverfitting({ ...healthy, train: 1, trainRight: 1, held: 0.7 });
    expect({ kind, gap }).toEqual({ kind: 'none', gap: expect.closeTo(0.3) });
    expect(sentence).toBe(
      'No sign of overfitting: the probe is not better on the test examples: accuracy is 100.0 % on examples that it learnt from and 70.0 % on others, a gap of 30.0 points.',
    );
  });

  it('sees what was learnt by heart, where other examples are answered as without seeing them', () => {
    const chance = pairedDifferenceInterval(right(101), right(100));
    const byHeart = judgeOverfitting({
      ...healthy,
      train: 1,
      trainRight: 1,
      held: 0.5,
      versusTrivial: chance,
    });
    expect(byHeart.kind).toBe('memorised');
    expect(byHeart.sentence).toMatch(
      /^The model memorised its training examples: on others it is not better than always answering .* \(0\.5 points ahead, 95 % interval -[\d.]+ to [\d.]+\); accuracy is 100\.0 %/,
    );
    // As little on both sides is no memory.
    const nothing = { train: 0.52, trainRight: 0.52, held: 0.5, versusTrivial: chance };
    const verdict = judgeOverfitting({ ...healthy, ...nothing });
    expect(verdict.kind).toBe('none');
    expect(verdict.sentence).toContain(
      'Yet it is not better than always answering with the most frequent class',
    );
  });

  it('overfits where something simpler is better by more than chance', () => {
    const against = (correct: number) =>
      judgeOverfitting({
        ...healthy,
        simpler: [{ title: 'the probe', ahead: pairedDifferenceInterval(right(correct), right(160)) }],
      });
    expect(against(180).kind).toBe('overfitting');
    expect(against(180).sentence).toMatch(
      /^The model overfits: the probe is 10\.0 points ahead of it \(95 % interval [\d.]+ to [\d.]+\) on 200 test examples;/,
    );
    expect(against(162).kind).toBe('none');
    expect(against(100).kind).toBe('none');
  });

  it('says it of equal models hardly ever', () => {
    const verdicts = Array.from({ length: 400 }, (_, seed) => {
      const random = createRandom(seed, 'verdict');
      const answers = () => Array.from({ length: 200 }, () => random.uniform() < 0.8);
      const ahead = pairedDifferenceInterval(answers(), answers());
      return judgeOverfitting({ ...healthy, simpler: [{ title: 'another', ahead }] }).kind;
    });
    expect(verdicts.filter((kind) => kind === 'overfitting').length / 400).toBeLessThanOrEqual(0.04);
  });

  it('speaks of the metric that it is about', () => {
    const loss = { label: 'Log loss', unit: 'number', direction: 'minimise' } as const;
    const { gap, sentence } = judgeOverfitting({ ...healthy, metric: loss, train: 0.1, held: 0.4 });
    expect(gap).toBeCloseTo(0.3, 12);
    expect(sentence).toContain('log loss is 0.100 on examples that it learnt from and 0.400 on others');
    expect(sentence).not.toContain('accuracy');
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
});
