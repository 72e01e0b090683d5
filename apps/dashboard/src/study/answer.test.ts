import type { StudyReport } from '@espalier/study';
import { reportOf } from '@espalier/report/testing';
import { describe, expect, it } from 'vitest';
import { answerOf, headline } from './answer';

const former = reportOf();

const withAnswer = (
  best: Partial<StudyReport['best']>,
  plain?: StudyReport['baselines']['plain'],
): StudyReport => ({
  ...former,
  best: { ...former.best, ...best },
  baselines: { ...former.baselines, plain: plain ?? null },
});

const words = {
  kind: 'baseline',
  name: 'baseline-0',
  title: 'words, no network',
  trial: null,
  backbone: null,
} as const;

describe('the answer', () => {
  it('is a trial in reports of earlier versions', () => {
    expect(answerOf(former)).toEqual({
      name: 'trial 4',
      title: 'shapes-net, trained from depth 0 at 1.6e-3',
      trial: 4,
      backbone: 'shapes-net',
    });
  });

  it('may need no network and no trial', () => {
    expect(answerOf(withAnswer(words))).toEqual({
      name: 'baseline-0',
      title: 'words, no network',
      trial: null,
      backbone: null,
    });
  });

  it('is no trial where a trial is a part of it alone', () => {
    const average = {
      kind: 'average',
      name: 'average-probe-1+trial-4',
      title: '50 % probe-1, 50 % trial-4',
    } as const;
    expect(answerOf(withAnswer({ ...average, backbone: 'shapes-net' })).trial).toBeNull();
  });
});

describe('the headline', () => {
  it('says of reports of earlier versions what was tested, and no more', () => {
    const sentences = headline(former);
    expect(sentences).toHaveLength(2);
    expect(sentences[0]).toBe('The answer is trial 4: shapes-net, trained from depth 0 at 1.6e-3.');
    expect(sentences[1]).toMatch(
      /^On the test split it classifies \d+\.\d % \(\d+\.\d % to \d+\.\d %\) correctly\.$/,
    );
  });

  const estimate = { value: 0.875, low: 0.8, high: 0.9 };
  const plain = {
    ...{ name: 'baseline-0', title: 'words', value: 0.9, difference: 0, low: -0.1, high: 0.1 },
    ...{ asGood: true, sentence: 'Without any pre-trained network, words is as good.' },
  };

  it('begins with the baseline where that is as good', () => {
    const sentences = headline(withAnswer({ ...words, estimate, everything: true, learntFrom: 1234 }, plain));
    expect(sentences[0]).toBe('Without any pre-trained network, words is as good.');
    expect(sentences[1]).toBe('The answer is baseline-0: words, no network.');
    expect(sentences[2]).toMatch(/^Expect 87\.5 % \(80\.0 % to 90\.0 %\) on fresh examples/);
    expect(sentences.at(-1)).toMatch(/learnt from all 1,234 labelled examples, including the test split/);
  });

  it('says that the test split was not learnt from', () => {
    const sentences = headline(withAnswer({ ...words, learntFrom: 80 }, { ...plain, asGood: false }));
    expect(sentences[0]).toMatch(/^The answer is/);
    expect(sentences.at(-1)).toBe('The model learnt from 80 examples and has not seen the test split.');
  });
});
