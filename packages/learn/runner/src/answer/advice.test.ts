import { describe, expect, it } from 'vitest';
import { adviceOn, type Findings } from './advice.js';

const quiet: Findings = {
  objective: { name: 'accuracy', label: 'Accuracy', direction: 'maximise', unit: 'share' },
  ...{ examples: 1000, classes: 2, trials: 3, plain: null, tuned: null, versusRandom: null, curve: null },
  versusTrivial: { difference: 0.4, low: 0.35, high: 0.45 },
  trivial: 'always answering with the most frequent class',
  smallest: { name: 'cat', count: 340 },
  largest: { name: 'dog', count: 360 },
  probes: { backbone: 'net', last: 0.95, best: 0.955, bestTitle: 'depth 3', apart: false },
};

const tuned = (low: number, high: number, frozen = 3) => ({
  ...{ name: 'trial-1', difference: (low + high) / 2, low, high, frozen, stages: 5 },
});

const saying = (change: Partial<Findings>, about: string): string[] =>
  adviceOn({ ...quiet, ...change }).flatMap((one) => (one.about === about ? [one.sentence] : []));

describe('advice', () => {
  it.each<[string, Partial<Findings>, RegExp]>([
    [
      'no trial came close',
      {},
      /^Use the network for feature extraction: with 1,000 examples of 2 classes, no trial/,
    ],
    [
      'a trial is better by chance at most',
      { tuned: tuned(-0.01, 0.03) },
      /feature extraction: training its stages gains 1\.0 points \(95 % interval -1\.0 to 3\.0 points\) .* cannot tell from chance/,
    ],
    ['a trial is worse', { tuned: tuned(-0.05, -0.01) }, /feature extraction: training its stages loses/],
    [
      'a part was trained',
      { tuned: tuned(0.01, 0.05) },
      /^Fine-tune a part of the network, with 3 of its 5 stages frozen: it gains 3\.0 points/,
    ],
    ['all of it was trained', { tuned: tuned(0.01, 0.05, 0) }, /^Fine-tune the whole network: it gains/],
  ])('says how to use the network where %s', (_, change, sentence) => {
    expect(saying(change, 'method')).toEqual([expect.stringMatching(sentence)]);
  });

  it('says nothing of a method that was not tried', () => {
    expect(saying({ trials: 0 }, 'method')).toEqual([]);
  });

  it('says whether the data are like what the network knows', () => {
    expect(saying({}, 'similarity')).toEqual([
      expect.stringMatching(/^The data are like what net knows: .*95\.0 %/),
    ]);
    const probes = { backbone: 'net', last: 0.7, best: 0.9, bestTitle: 'depth 3', apart: true };
    expect(saying({ probes }, 'similarity')).toEqual([
      expect.stringMatching(/^The data differ from what net knows: .*accuracy 70\.0 %; depth 3 90\.0 %/),
    ]);
  });

  it('says when to avoid a network, and when to train from scratch', () => {
    expect(saying({}, 'avoid')).toEqual([]);
    const plain = { name: 'baseline-1', title: 'words', value: 0.9, difference: 0, low: -0.02, high: 0.02 };
    expect(saying({ plain: { ...plain, asGood: true } }, 'avoid')).toEqual([
      expect.stringMatching(/^Avoid this network for these data: words without any network is as good/),
    ]);
    expect(saying({ plain: { ...plain, asGood: false } }, 'avoid')).toEqual([]);
    const versusRandom = { difference: -0.1, low: -0.15, high: -0.05 };
    expect(saying({ versusRandom }, 'avoid')).toEqual([
      expect.stringMatching(/^Train from scratch: random weights are 10\.0 points ahead/),
    ]);
  });

  it('says what more labels are expected to gain', () => {
    const curve = (high: number): Findings['curve'] => ({
      probe: 'probe-0',
      points: [{ examples: 400, value: 0.9, low: 0.87, high: 0.93 }],
      expected: [
        { examples: 800, gain: high / 2, low: 0, high },
        { examples: 1600, gain: high, low: 0, high: 2 * high },
      ],
    });
    expect(saying({ curve: curve(0.04) }, 'labels')).toEqual([
      expect.stringMatching(
        /^More labels are expected to help: .* \(800\) gains the leading probe 2\.0 points \(95 % interval 0\.0 to 4\.0 points\), from four times as many 4\.0 points/,
      ),
    ]);
    expect(saying({ curve: curve(0.008) }, 'labels')).toEqual([
      expect.stringMatching(/^More labels are hardly worth/),
    ]);
    expect(adviceOn({ ...quiet, curve: curve(0.04) }).at(-1)?.because).toEqual({
      ...{ examples: 400, gain: 0.02, low: 0, high: 0.04 },
    });
  });

  it('says nothing of methods where nothing was learnt', () => {
    const versusTrivial = { difference: 0.01, low: -0.05, high: 0.07 };
    expect(adviceOn({ ...quiet, versusTrivial, tuned: tuned(0.01, 0.05) })).toEqual([
      {
        about: 'avoid',
        sentence: expect.stringMatching(
          /^Do not use the model: .* not better than always answering .*Check that the labels/,
        ),
        because: versusTrivial,
      },
    ]);
  });

  it('says which classes want labels', () => {
    expect(saying({}, 'balance')).toEqual([]);
    expect(saying({ smallest: { name: 'cat', count: 12 } }, 'balance')).toEqual([
      expect.stringMatching(
        /^Label more of the rare classes first: "cat" has 12 training examples, and "dog" 360/,
      ),
    ]);
    const few = { smallest: { name: 'cat', count: 12 }, largest: { name: 'dog', count: 14 } };
    expect(saying(few, 'balance')).toEqual([expect.stringMatching(/^Label more of every class/)]);
  });
});
