import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageUnderSeeds, severalRuns } from './seeds.js';

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

const runs = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 }))
  .chain(([count, examples]) =>
    fc.array(
      fc
        .array(fc.integer({ min: 0, max: 40 }), { minLength: examples, maxLength: examples })
        .map((losses) => Float64Array.from(losses, (loss) => loss / 8)),
      { minLength: count, maxLength: count },
    ),
  );

describe('several runs', () => {
  it('lose what they lose on average, and none is typical that is farther from it than another', () => {
    fc.assert(
      fc.property(runs, (all) => {
        const { losses, low, high, typical } = severalRuns(all);
        const means = all.map(mean);
        expect(mean(losses)).toBeCloseTo(mean(means), 9);
        expect([low, high]).toEqual([Math.min(...means), Math.max(...means)]);
        const distances = means.map((one) => Math.abs(one - mean(means)));
        expect(distances[typical]).toBeCloseTo(Math.min(...distances), 9);
      }),
    );
  });

  it('of two are typical by the one that lost more: a lucky run does not win', () => {
    expect(severalRuns([Float64Array.of(0.1, 0.1), Float64Array.of(0.5, 0.7)]).typical).toBe(1);
    expect(severalRuns([Float64Array.of(0.5, 0.7), Float64Array.of(0.1, 0.1)]).typical).toBe(0);
  });
});

describe('an average under several seeds', () => {
  const fixed = { share: 0.75, probabilities: Float32Array.of(1, 0) };
  const trained = (...repeats: Float32Array[]) => ({
    share: 0.25,
    probabilities: Float32Array.of(0.5, 0.5),
    repeats,
  });

  it('takes of each member that is trained what it says under that seed', () => {
    const found = averageUnderSeeds([fixed, trained(Float32Array.of(0, 1), Float32Array.of(1, 0))]);
    expect(found.map((one) => [...one])).toEqual([
      [0.75, 0.25],
      [1, 0],
    ]);
  });

  it('has no more seeds than the member with the fewest, and none where nothing is drawn', () => {
    const one = Float32Array.of(0, 1);
    expect(averageUnderSeeds([trained(one, one), trained(one)])).toHaveLength(1);
    expect(averageUnderSeeds([fixed, fixed])).toEqual([]);
  });
});
