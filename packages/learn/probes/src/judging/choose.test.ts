import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { chooseContender, pairedDifference, type Contender } from './choose.js';

const of = (cost: number, ...losses: number[]): Contender => ({ cost, losses: Float64Array.from(losses) });

/** The second minus the first is -0.5 to 0.7, 0.1 on average, with a standard error of 0.25. */
const [best, near] = [of(1, 1, 2, 3, 4), of(0, 0.5, 2.2, 3.7, 4)];

describe('the paired difference', () => {
  it('is the mean and its standard error', () => {
    const { difference, error } = pairedDifference(near.losses, best.losses);
    expect(difference).toBeCloseTo(0.1);
    // Deviations -0.6, 0.1, 0.6, -0.1: a variance of 0.74 / 3.
    expect(error).toBeCloseTo(Math.sqrt(0.74 / 3 / 4));
    const back = pairedDifference(best.losses, near.losses);
    expect([back.difference, back.error]).toEqual([-difference, error]);
  });

  it('does not see what is hard for both', () => {
    const easy = pairedDifference(Float64Array.of(1.1, 2.1, 9.1), Float64Array.of(1, 2, 9));
    expect(easy.difference).toBeCloseTo(0.1);
    expect(easy.error).toBeCloseTo(0);
    const single = pairedDifference(Float64Array.of(2), Float64Array.of(1));
    expect(single).toEqual({ difference: 1, error: 0 });
  });

  it('of counted examples is that of the resample written out', () => {
    const random = createRandom('resample');
    const losses = Array.from({ length: 3 }, () => Float64Array.from({ length: 12 }, () => random.uniform()));
    const drawn = Array.from({ length: 12 }, () => random.integer(12));
    const counts = new Uint16Array(12);
    for (const i of drawn) counts[i] = (counts[i] as number) + 1;
    const written = losses.map((own) => Float64Array.from(drawn, (i) => own[i] as number));
    const [a, b] = losses as [Float64Array, Float64Array];
    const expected = pairedDifference(written[0] as Float64Array, written[1] as Float64Array);
    const found = pairedDifference(a, b, counts);
    expect(found.difference).toBeCloseTo(expected.difference, 12);
    expect(found.error).toBeCloseTo(expected.error, 12);
    const withCosts = (all: readonly Float64Array[]): Contender[] =>
      all.map((own, cost) => ({ losses: own, cost }));
    expect(chooseContender(withCosts(losses), counts)).toBe(chooseContender(withCosts(written)));
  });
});

describe('the contender to trust', () => {
  it('is a cheaper one within one standard error of the best', () => {
    expect(chooseContender([best, near])).toBe(1);
    expect(chooseContender([near, best])).toBe(0);
  });

  it('is the best where the cheaper one is further away', () => {
    const far = of(0, 0.7, 2.4, 3.9, 4.2);
    const { difference, error } = pairedDifference(far.losses, best.losses);
    expect(difference / error).toBeCloseTo(1.21, 2);
    expect(chooseContender([far, best])).toBe(1);
    expect(chooseContender([best, far])).toBe(0);
  });

  it('is the best of equally cheap ones, however close', () => {
    const [first, second] = [of(1, 1, 2, 3, 4), of(1, 0.5, 2.2, 3.7, 4)];
    expect(chooseContender([second, first])).toBe(1);
    expect(chooseContender([first, second])).toBe(0);
  });

  it('is the best of the cheapest within reach, and never a dearer one', () => {
    const nearer = of(0, 0.6, 2.2, 3.6, 3.8);
    const dear = of(2, 1, 2, 3, 4.1);
    expect(chooseContender([dear, near, best, nearer])).toBe(3);
    expect(chooseContender([nearer, best, near, dear])).toBe(0);
  });

  it('is the first of those that do not differ at all, or the cheapest of them', () => {
    expect(chooseContender([best, best, best])).toBe(0);
    expect(chooseContender([best, of(0, 1, 2, 3, 4), best])).toBe(1);
    expect(chooseContender([best])).toBe(0);
  });
});
