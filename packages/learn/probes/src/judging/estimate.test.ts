import { createRandom, type Random } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { chooseContender } from './choose.js';
import { estimateChosen, shareOutcome, type JudgedContender } from './estimate.js';

interface World {
  readonly examples: number;
  /** True accuracy of each contender. */
  readonly truth: readonly number[];
  /** Share of what makes an example hard that is the same for all contenders. */
  readonly common: number;
}

const same = (count: number, accuracy: number): number[] => new Array<number>(count).fill(accuracy);

/** The probability that a standard normal is below x, within 1e-4 (Zelen & Severo, 1964, 26.2.16). */
function normalBelow(x: number): number {
  const t = 1 / (1 + 0.33267 * Math.abs(x));
  const tail = Math.exp((-x * x) / 2) * t * (0.4361836 + t * (-0.1201676 + t * 0.937298)) * 0.3989423;
  return x > 0 ? 1 - tail : tail;
}

/** A contender is right where an example is easy enough; the easier, the surer it is of the true class. */
function drawContender(random: Random, accuracy: number, common: number, shared: number[]): JudgedContender {
  const hardness = shared.map((value) =>
    normalBelow(Math.sqrt(common) * value + Math.sqrt(1 - common) * random.normal()),
  );
  const sureness = (hard: number): number =>
    hard < accuracy ? 1 - hard / accuracy / 2 : (1 - hard) / (1 - accuracy) / 2;
  return {
    outcome: shareOutcome(hardness.map((hard) => hard < accuracy)),
    losses: Float64Array.from(hardness, (hard) => -Math.log(Math.max(0.02, sureness(hard)))),
    cost: 0,
  };
}

/** Means over many draws of a world. */
function simulate(name: string, { examples, truth, common }: World, worlds: number) {
  let [truly, naive, estimated, covered] = [0, 0, 0, 0];
  for (let world = 0; world < worlds; world++) {
    const random = createRandom('world', name, world);
    const shared = Array.from({ length: examples }, () => random.normal());
    const contenders = truth.map((accuracy) => drawContender(random, accuracy, common, shared));
    const chosen = chooseContender(contenders);
    const { value, low, high } = estimateChosen(contenders, world);
    const own = truth[chosen] as number;
    truly += own / worlds;
    naive += (contenders[chosen]?.outcome.on(() => true) ?? 0) / worlds;
    estimated += value / worlds;
    covered += Number(low <= own && own <= high) / worlds;
  }
  return { truly, naive, estimated, covered };
}

describe('the estimate of the chosen contender', () => {
  it.each<[string, World, number]>([
    ['25 equal contenders', { examples: 120, truth: same(25, 0.7), common: 0 }, 0.05],
    ['25 equal contenders that err alike', { examples: 120, truth: same(25, 0.7), common: 0.7 }, 0.03],
    [
      'a better one among 25 that err alike',
      { examples: 120, truth: [...same(24, 0.7), 0.8], common: 0.9 },
      0,
    ],
    ['one a little better among 25', { examples: 120, truth: [...same(24, 0.7), 0.75], common: 0 }, 0.05],
    ['25 that are nearly perfect', { examples: 60, truth: same(25, 0.96), common: 0.5 }, 0.015],
    ['one that nothing was chosen among', { examples: 40, truth: [0.97], common: 0 }, 0],
  ])('is right on average and covers the truth: %s', (name, world, optimism) => {
    const { truly, naive, estimated, covered } = simulate(name, world, 200);
    expect(naive - truly).toBeGreaterThan(optimism - 0.01);
    expect(Math.abs(estimated - truly)).toBeLessThan(0.01);
    expect(covered).toBeGreaterThanOrEqual(0.9);
  });

  it.each<[string, World]>([
    ['one clearly better among 25', { examples: 120, truth: [...same(24, 0.7), 0.85], common: 0 }],
    ['one better among few examples', { examples: 20, truth: [...same(9, 0.7), 0.9], common: 0.5 }],
  ])('may be too low but covers the truth: %s', (name, world) => {
    const { truly, estimated, covered } = simulate(name, world, 200);
    expect(estimated).toBeLessThan(truly + 0.01);
    expect(covered).toBeGreaterThanOrEqual(0.9);
  });

  it('never claims that who made no mistake makes none', () => {
    const perfect = {
      outcome: shareOutcome(new Array<boolean>(30).fill(true)),
      losses: new Float64Array(30),
      cost: 0,
    };
    const { value, low, high } = estimateChosen([perfect, perfect], 1);
    expect([value, high]).toEqual([1, 1]);
    // Of 30 right answers Wilson's lower bound is n / (n + z²).
    expect(low).toBeCloseTo(30 / (30 + 1.96 ** 2), 4);
  });

  it('is the same for the same seed, and stands for one example too', () => {
    const world = createRandom('once');
    const shared = Array.from({ length: 30 }, () => world.normal());
    const contenders = same(5, 0.7).map((accuracy) => drawContender(world, accuracy, 0.5, shared));
    expect(estimateChosen(contenders, 3)).toEqual(estimateChosen(contenders, 3));
    expect(estimateChosen(contenders, 3)).not.toEqual(estimateChosen(contenders, 4));
    const single = { outcome: shareOutcome([true]), losses: Float64Array.of(0.1), cost: 0 };
    const { value, low, high } = estimateChosen([single], 1);
    expect([value, high]).toEqual([1, 1]);
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(0.5);
  });
});
