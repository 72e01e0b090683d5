import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import type { Configuration, SearchSpace } from '@espalier/study';
import { samplers, type ObservedTrial, type SuggestRequest } from '../index.js';
import { list, numberOf, trialOf } from '../testing/fixtures.js';
import { importanceOf } from './importance.js';
import { replayRandom } from './replay.js';

const space: SearchSpace = {
  backbones: [{ id: 'net', ranges: { freezeDepth: list(0, 2, 4) }, work: [10, 9, 8, 7, 6] }],
  ranges: {
    learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-1 },
    layerDecay: list(0.7, 1),
    weightDecay: list(0.01),
    augmentation: list('none', 'flip'),
  },
};
const probes = [{ backbone: 'net', depths: [4], gain: 0.7, deviation: 0.01, loss: 0.8 }];

/** The rate decides most, the augmentation something, and the decay nothing. */
const gainOf = (configuration: Configuration): number =>
  0.8 -
  0.05 * (Math.log10(numberOf(configuration, 'learningRate')) + 2.5) ** 2 +
  (configuration.values['augmentation'] === 'flip' ? 0.02 : 0);

function requestAfter(sampler: string, trials: number): SuggestRequest {
  const history: ObservedTrial[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const suggested = samplers
      .get(sampler)
      .suggest({ space, history, probes, trial, seed: 4 }) as Configuration;
    const configuration: Configuration = { backbone: suggested.backbone, values: suggested.values };
    const noise = 0.002 * createRandom(4, 'noise', trial).normal();
    history.push(trialOf(trial, configuration, [0.7, gainOf(configuration) + noise]));
  }
  return { space, history, probes, trial: trials, seed: 4 };
}

describe('the importance of dimensions', () => {
  it('is that of what makes the difference, whoever chose the trials', () => {
    for (const sampler of ['random', 'transfer']) {
      const importance = importanceOf(requestAfter(sampler, 24));
      expect(importance.map(({ name }) => name)).toHaveLength(4);
      const of = (name: string): number => importance.find((one) => one.name === name)?.share ?? NaN;
      expect(importance[0]?.name, sampler).toBe('learningRate');
      expect(of('learningRate')).toBeGreaterThan(0.5);
      expect(of('layerDecay')).toBeLessThan(0.1);
      expect(importance.reduce((sum, { share }) => sum + share, 0)).toBeLessThan(1.05);
    }
  });

  it('is unknown before three trials have ended', () => {
    expect(importanceOf(requestAfter('random', 2))).toEqual([]);
    expect(replayRandom(requestAfter('random', 2))).toBeNull();
  });

  it('counts the backbone where there are several', () => {
    const request = requestAfter('random', 8);
    const two = { ...space, backbones: [...space.backbones, { ...space.backbones[0]!, id: 'better' }] };
    const both = [...probes, { ...probes[0]!, backbone: 'better', gain: 0.9 }];
    expect(importanceOf({ ...request, space: two, probes: both })[0]).toMatchObject({ name: 'backbone' });
  });
});

describe('the replay of random search', () => {
  it('is near what random search really reaches for the same work', () => {
    const replayed = replayRandom(requestAfter('transfer', 12));
    const bests = Array.from({ length: 200 }, (_, seed) => {
      const gains = Array.from({ length: 12 }, (_, trial) => {
        const drawn = samplers.get('random').suggest({ space, history: [], probes, trial, seed: seed + 100 });
        return gainOf(drawn as Configuration);
      });
      return Math.max(...gains);
    });
    const mean = bests.reduce((sum, best) => sum + best, 0) / bests.length;
    expect(Math.abs((replayed?.random ?? NaN) - mean)).toBeLessThan(0.012);
    expect(replayed?.low).toBeLessThanOrEqual(replayed?.random ?? NaN);
    expect(replayed?.high).toBeGreaterThanOrEqual(replayed?.random ?? NaN);
    expect(replayed?.reached).toBeGreaterThan((replayed?.random ?? NaN) - 0.005);
  });
});
