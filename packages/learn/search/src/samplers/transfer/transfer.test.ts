import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import type { Configuration, SearchSpace } from '@espalier/study';
import type { EarlierTrial } from '@espalier/study/experience';
import { samplers, workOf, type ObservedTrial, type Suggestion } from '../../index.js';
import { list, numberOf, trialOf } from '../../testing/fixtures.js';
import { endOf } from './end.js';
import { fitGains } from './model.js';

/** Work falls to nothing towards the head, as it does in a network. */
const space: SearchSpace = {
  backbones: [
    { id: 'net', ranges: { freezeDepth: list(0, 2, 4, 6, 8) }, work: [64, 60, 48, 40, 30, 20, 10, 4, 0.01] },
  ],
  ranges: {
    learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-1 },
    layerDecay: list(0.7, 0.85, 1),
    weightDecay: list(0.01, 0.05),
    augmentation: list('none', 'flip'),
  },
};

const START = 0.7;
const probes = [{ backbone: 'net', depths: [8], gain: START, deviation: 0.01, loss: 0.8 }];

/** Gains most at depth 4 and at a rate that the seed moves; a head alone stays where it starts. */
function gainOf(configuration: Configuration, seed: number, study = 0): number {
  const random = createRandom(seed, 'peak');
  const apart = createRandom(seed, 'apart', study);
  const move = study === 0 ? 0 : 1;
  const peak = -2.7 + 0.8 * random.uniform() + 0.1 * move * apart.normal();
  const depth = 2 + 4 * random.uniform() + 0.4 * move * apart.normal();
  return gainAt(configuration, peak, depth);
}

/** A world where rates are best at the other end, and depths where this one has none to gain. */
function contraryOf(configuration: Configuration, seed: number, study: number): number {
  const random = createRandom(seed, 'contrary', study);
  return gainAt(configuration, -3.7 + 0.4 * random.normal(), random.uniform() < 0.5 ? 0 : 7);
}

function gainAt(configuration: Configuration, peak: number, depth: number): number {
  const off = ((Math.log10(numberOf(configuration, 'learningRate')) - peak) / 0.6) ** 2;
  const far = ((numberOf(configuration, 'freezeDepth') - depth) / 4) ** 2;
  const reach = numberOf(configuration, 'freezeDepth') === 8 ? 0.02 : 1;
  const flip = configuration.values['augmentation'] === 'flip' ? 0.005 : 0;
  return START + reach * (0.1 * (1 - off / 2 - far) + flip);
}

const rates = Array.from({ length: 61 }, (_, i) => 10 ** (-4 + i / 20));

/** The best of a fine grid. */
function bestGain(seed: number): number {
  const at = (freezeDepth: number, learningRate: number): Configuration => ({
    backbone: 'net',
    values: { freezeDepth, learningRate, augmentation: 'flip' },
  });
  return Math.max(...[0, 2, 4, 6, 8].flatMap((depth) => rates.map((rate) => gainOf(at(depth, rate), seed))));
}

/** The work that it takes to come within 0.7 points of the best. */
function workToGood(sampler: string, seed: number, experience: readonly EarlierTrial[] = []): number {
  const good = bestGain(seed) - 0.007;
  const history: ObservedTrial[] = [];
  let work = 0;
  for (let trial = 0; trial < 80; trial++) {
    const suggested = samplers
      .get(sampler)
      .suggest({ space, history, probes, trial, seed, experience }) as Suggestion;
    const configuration: Configuration = { backbone: suggested.backbone, values: suggested.values };
    const gain = gainOf(configuration, seed);
    const noise = 0.002 * createRandom(seed, 'noise', trial).normal();
    history.push(trialOf(trial, configuration, [gain + noise]));
    work += workOf(space, configuration);
    if (gain > good) break;
  }
  return work;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;

describe('the transfer sampler', () => {
  it('needs two thirds of the work of random search to come near the best, and less than TPE', () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const of = (sampler: string): number => median(seeds.map((seed) => workToGood(sampler, seed)));
    const own = of('transfer');
    expect(own).toBeLessThan((of('random') * 2) / 3);
    expect(own).toBeLessThan(of('tpe'));
  });

  it('begins at the better probe, in the middle of the rates that are believed in, and says why', async () => {
    const two = { ...space, backbones: [...space.backbones, { ...space.backbones[0]!, id: 'better' }] };
    const both = [...probes, { backbone: 'better', depths: [8], gain: 0.9, deviation: 0.01, loss: 0.3 }];
    const first = await samplers
      .get('transfer')
      .suggest({ space: two, history: [], probes: both, trial: 0, seed: 1 });
    expect(first).toMatchObject({ backbone: 'better' });
    const rate = numberOf(first as Configuration, 'learningRate');
    expect(rate).toBeGreaterThan(1e-3);
    expect(rate).toBeLessThan(1e-2);
    expect(first?.why).toMatch(/^Expected at 90\.\d % ± \d\.\d points where the best is 90\.0 %: /);
  });

  it('writes what it expects of a loss as a loss', async () => {
    const [probe] = probes;
    const request = { space, history: [], trial: 0, seed: 1, probes: [{ ...probe!, gain: -0.8 }] };
    const objective = { direction: 'minimise', unit: 'number' } as const;
    const first = await samplers.get('transfer').suggest({ ...request, objective });
    expect(first?.why).toMatch(/^Expected at 0\.800 ± 0\.0\d+ where the best is 0\.800: /);
  });

  it('answers as fast after a thousand trials as after a hundred', async () => {
    const random = createRandom(3, 'many');
    const history = Array.from({ length: 1000 }, (_, trial) => {
      const values = {
        freezeDepth: 4,
        learningRate: 10 ** (-4 + 3 * random.uniform()),
        layerDecay: 1,
        weightDecay: 0.01,
        augmentation: 'none',
      };
      return trialOf(trial, { backbone: 'net', values }, [gainOf({ backbone: 'net', values }, 2)]);
    });
    const next = await samplers.get('transfer').suggest({ space, history, probes, trial: 1000, seed: 1 });
    expect(next?.why).toMatch(/^Expected at /);
  }, 60_000);

  it('learns of a bad trial that it is bad, and not how bad', async () => {
    const values = {
      freezeDepth: 0,
      learningRate: 0.05,
      layerDecay: 1,
      weightDecay: 0.01,
      augmentation: 'none',
    };
    const after = (gain: number) =>
      samplers.get('transfer').suggest({
        ...{ space, probes, trial: 2, seed: 1 },
        history: [
          trialOf(0, { backbone: 'net', values: { ...values, learningRate: 0.003 } }, [0.75]),
          trialOf(1, { backbone: 'net', values }, [gain]),
        ],
      });
    expect(await after(0.1)).toEqual(await after(0.55));
    expect(await after(0.55)).not.toEqual(await after(0.72));
  });

  it('leaves a head alone for what trains more, and keeps away from what failed', async () => {
    const failed = (trial: number, learningRate: number) =>
      trialOf(
        trial,
        {
          backbone: 'net',
          values: { freezeDepth: 6, learningRate, layerDecay: 1, weightDecay: 0.01, augmentation: 'none' },
        },
        [],
        'failed',
      );
    const history = [failed(0, 0.005), failed(1, 0.02)];
    const next = (await samplers
      .get('transfer')
      .suggest({ space, history, probes, trial: 2, seed: 1 })) as Configuration;
    expect(numberOf(next, 'learningRate')).toBeLessThan(0.004);
  });
});

/** What earlier studies of worlds tell: trials at drawn configurations, as random search has them. */
function experienceOf(
  gainIn: (configuration: Configuration, study: number) => number,
  studies: number,
): EarlierTrial[] {
  const drawn = (study: number, trial: number): EarlierTrial => {
    const random = createRandom('experience', study, trial);
    const configuration = {
      backbone: 'net',
      values: {
        freezeDepth: [0, 2, 4, 6, 8][random.integer(5)]!,
        learningRate: 10 ** (-4 + 3 * random.uniform()),
        layerDecay: [0.7, 0.85, 1][random.integer(3)]!,
        weightDecay: [0.01, 0.05][random.integer(2)]!,
        augmentation: ['none', 'flip'][random.integer(2)]!,
      },
    };
    return { study: String(study), configuration, gain: gainIn(configuration, study) - START };
  };
  return Array.from({ length: studies }, (_, study) =>
    Array.from({ length: 6 }, (_, trial) => drawn(study, trial)),
  ).flat();
}

describe('experience of earlier studies', () => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const workWith = (experience: (seed: number) => EarlierTrial[]): number =>
    median(seeds.map((seed) => workToGood('transfer', seed, experience(seed))));

  const suggest = (experience: readonly EarlierTrial[], history: readonly ObservedTrial[] = []) =>
    samplers.get('transfer').suggest({ space, history, probes, trial: history.length, seed: 1, experience });

  it('does not count before a trial has agreed with it', async () => {
    const experience = experienceOf((one, study) => gainOf(one, 3, 1 + study), 3);
    expect(await suggest(experience)).toEqual(await suggest([]));
  });

  it('is named where it led to another choice', async () => {
    const experience = experienceOf((one, study) => gainOf(one, 3, 1 + study), 3);
    const first = experience
      .slice(0, 2)
      .map(({ configuration }, i) => trialOf(i, configuration, [gainOf(configuration, 3)]));
    const [alone, told] = [await suggest([], first), await suggest(experience, first)];
    expect(alone?.why).not.toContain('earlier');
    expect(told?.why).toMatch(
      / 3 earlier studies led to this choice; without them another would have been chosen\.$/,
    );
    expect({ ...told, why: '' }).not.toEqual({ ...alone, why: '' });
  });

  it('of related worlds saves work, and of unrelated ones costs little', () => {
    const none = workWith(() => []);
    const related = workWith((seed) => experienceOf((one, study) => gainOf(one, seed, 1 + study), 5));
    const unrelated = workWith((seed) => experienceOf((one, study) => contraryOf(one, seed, study), 5));
    expect(related).toBeLessThan((2 * none) / 3);
    expect(unrelated).toBeLessThanOrEqual(1.1 * none);
  });
});

describe('the model of gains', () => {
  const at = (place: number, reach = 1) => ({ backbone: 0, at: [place], reach });
  const seen = [
    { point: at(0.1), gain: 0.02 },
    { point: at(0.3), gain: 0.03 },
    { point: at(0.9), gain: -0.05 },
  ];

  it('expects nothing before anything is seen, and doubts more what trains more', () => {
    const { predict } = fitGains([], [true]);
    expect(predict(at(0.5)).mean).toBe(0);
    expect(predict(at(0.5)).deviation).toBeCloseTo(0.03, 6);
    expect(predict(at(0.5, 0.25)).deviation).toBeCloseTo(0.015, 6);
  });

  it('agrees with one observation worked by hand', () => {
    // Of the noises, 0.1 is likeliest for a gain of 0.06: its variance is the smallest that explains it.
    for (const noise of [0.1, 0.3, 1]) {
      const { predict } = fitGains([{ point: at(0.1), gain: 0.06 }], [true]);
      const mean = 0.06 / (1 + noise ** 2);
      if (Math.abs(predict(at(0.1)).mean - mean) > 1e-9) continue;
      const scale = Math.sqrt((2 * 0.03 ** 2 + 0.06 * mean) / 3);
      expect(predict(at(0.1)).deviation).toBeCloseTo(scale * Math.sqrt(1 - 1 / (1 + noise ** 2)), 9);
      return;
    }
    throw new Error('none of the noises explains the mean');
  });

  it('is sure where it has seen something and falls back to nothing far away', () => {
    const { predict } = fitGains(seen, [true]);
    expect(predict(at(0.2)).mean).toBeGreaterThan(0.008);
    expect(predict(at(0.85)).mean).toBeLessThan(-0.015);
    expect(predict(at(0.3)).deviation).toBeLessThan(predict(at(0.6)).deviation);
  });

  it('learns along which axis gains differ', () => {
    const random = createRandom(5, 'axes');
    const observations = Array.from({ length: 12 }, () => {
      const [x, y] = [random.uniform(), random.uniform()];
      return { point: { backbone: 0, at: [x, y], reach: 1 }, gain: 0.05 * Math.sin(6 * x) };
    });
    const { predict } = fitGains(observations, [true, true]);
    const differs = (a: number[], b: number[]): number =>
      Math.abs(
        predict({ backbone: 0, at: a, reach: 1 }).mean - predict({ backbone: 0, at: b, reach: 1 }).mean,
      );
    expect(differs([0.25, 0.2], [0.75, 0.2])).toBeGreaterThan(5 * differs([0.25, 0.2], [0.25, 0.8]));
  });
});

describe('the end of a trial', () => {
  const configuration = { backbone: 'net', values: { freezeDepth: 0 } };
  const complete = [0.1, 0.2, 0.3].map((gain, number) =>
    trialOf(number, configuration, [0.5, 0.6, 0.6 + gain]),
  );

  it('is what it reached, and where it was stopped what the others gained later', () => {
    expect(endOf(complete[1]!, complete)).toBe(0.8);
    const stopped = trialOf(3, configuration, [0.4, 0.55], 'pruned');
    expect(endOf(stopped, [...complete, stopped])).toBeCloseTo(0.75, 12);
    expect(endOf(stopped, [stopped])).toBe(0.55);
    expect(endOf(trialOf(4, configuration, [], 'pruned'), complete)).toBeNull();
  });
});
