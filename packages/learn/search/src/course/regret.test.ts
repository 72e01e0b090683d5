import { createRandom } from '@espalier/base/random';
import { expect, it } from 'vitest';
import type { Configuration, SearchSpace } from '@espalier/study';
import { samplers, type ObservedTrial } from '../index.js';
import { list, numberOf, trialOf } from '../testing/fixtures.js';
import { nothingToGain } from './regret.js';

const space: SearchSpace = {
  backbones: [{ id: 'net', ranges: { freezeDepth: list(0, 2, 4) }, work: [10, 8, 6, 3, 0.01] }],
  ranges: {
    learningRate: list(1e-4, 3e-4, 1e-3, 3e-3, 1e-2),
    layerDecay: list(1),
    weightDecay: list(0.01),
    augmentation: list('none'),
  },
};

/** Runs a search until it ends; gives its trials and the best gain that it left. */
function search(gainOf: (configuration: Configuration) => number, deviation: number, seed: number) {
  const probes = [{ backbone: 'net', depths: [4], gain: 0.7, deviation, loss: 0.8 }];
  const history: ObservedTrial[] = [];
  for (let trial = 0; ; trial++) {
    const request = { space, history, probes, trial, seed };
    const reason = nothingToGain(request);
    const next = reason === null ? (samplers.get('random').suggest(request) as Configuration | null) : null;
    if (next === null)
      return {
        reason,
        trials: history.length,
        best: Math.max(...history.map(({ gains }) => gains?.[0] as number)),
      };
    const noise = deviation * 0.3 * createRandom(seed, 'noise', trial).normal();
    history.push(trialOf(trial, next, [gainOf(next) + noise]));
  }
}

const rising = (configuration: Configuration): number =>
  0.7 +
  (numberOf(configuration, 'freezeDepth') === 4
    ? 0
    : 0.08 - 0.02 * Math.abs(Math.log10(numberOf(configuration, 'learningRate')) + 2));

it('ends a search in which nothing differs by more than its noise, and says so', () => {
  for (let seed = 0; seed < 10; seed++) {
    const { reason, trials } = search(() => 0.7, 0.03, seed);
    expect(trials).toBe(5);
    expect(reason).toMatch(
      /^(No other trial is expected to be better|Another trial is expected to gain at most \d\.\d points, which .* \(3\.0 points\)\.$)/,
    );
  }
});

it('goes on while more is to be gained than the noise, and then leaves less than that', () => {
  for (let seed = 0; seed < 10; seed++) {
    const { best } = search(rising, 0.01, seed);
    expect(0.78 - best).toBeLessThan(0.01 + 0.02);
  }
});

it('says nothing without a probe, for its noise is unknown, and before five trials have ended', () => {
  const values = {
    freezeDepth: 0,
    learningRate: 1e-3,
    layerDecay: 1,
    weightDecay: 0.01,
    augmentation: 'none',
  };
  const history = Array.from({ length: 4 }, (_, trial) => trialOf(trial, { backbone: 'net', values }, [0.7]));
  const probes = [{ backbone: 'net', depths: [4], gain: 0.7, deviation: 0.5, loss: 0.8 }];
  expect(nothingToGain({ space, history, probes, trial: 4, seed: 1 })).toBeNull();
  expect(nothingToGain({ space, history: [...history, ...history], trial: 8, seed: 1 })).toBeNull();
});

it('says nothing of a space of which all has been tried, which is an end of its own', () => {
  const small = { ...space, ranges: { ...space.ranges, learningRate: list(1e-3, 3e-3) } };
  const history = [0, 2, 4].flatMap((freezeDepth, i) =>
    [1e-3, 3e-3].map((learningRate, j) => {
      const values = { freezeDepth, learningRate, layerDecay: 1, weightDecay: 0.01, augmentation: 'none' };
      return trialOf(2 * i + j, { backbone: 'net', values }, [0.7]);
    }),
  );
  const probes = [{ backbone: 'net', depths: [4], gain: 0.7, deviation: 0.05, loss: 0.8 }];
  expect(nothingToGain({ space: small, history, probes, trial: 6, seed: 1 })).toBeNull();
  expect(
    nothingToGain({ space: small, history: history.slice(1), probes, trial: 5, seed: 1 }),
  ).not.toBeNull();
});
