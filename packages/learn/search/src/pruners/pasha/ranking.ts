import type { ObservedTrial } from '../../history.js';
import { valueAt } from '../rungs.js';

/** Share of the distances between crossing curves that count as noise. Bohdal et al. 2023, section 4.2. */
const NOISE = 0.9;

/**
 * Whether the trials that reached the last of some rungs are ranked there as at the rung before: whoever stands at
 * a place of one ranking was within the noise of who stood there in the other (soft ranking).
 *
 * @param rungs two or more, in epochs
 */
export function isStable(rungs: readonly number[], trials: readonly ObservedTrial[]): boolean {
  const [top = 0, before = 0] = rungs.toReversed();
  const reached = trials.filter(({ curve }) => curve.length >= top).toSorted((a, b) => a.number - b.number);
  // Of those that are level at the top, the one that was ahead stands first.
  const rankedAt = (...by: readonly number[]): ObservedTrial[] =>
    reached.toSorted((a, b) =>
      by.reduce((order, rung) => order || compare(valueAt(a, rung), valueAt(b, rung)), 0),
    );
  const noise = noiseOf(reached, top);
  const former = rankedAt(before);
  return rankedAt(top, before).every((trial, place) => {
    const [own, other] = [valueAt(trial, before), valueAt(former[place] ?? trial, before)];
    return own === other || Math.abs(own - other) <= noise;
  });
}

const compare = (a: number, b: number): number => (a === b ? 0 : b > a ? 1 : -1);

/**
 * How far curves are apart that cross, and cross back: the differences of such pairs at their last epoch, of which
 * nine in ten are as small. 0 where there are none.
 */
export function noiseOf(trials: readonly ObservedTrial[], epochs: number): number {
  const distances = trials.flatMap((a, i) =>
    trials.slice(0, i).flatMap((b) => {
      const gaps = a.curve.slice(0, epochs).map((value, epoch) => value - (b.curve[epoch] ?? NaN));
      return crossings(gaps) >= 2 ? [Math.abs(gaps.at(-1) ?? NaN)] : [];
    }),
  );
  const known = distances.filter((distance) => !Number.isNaN(distance)).sort((a, b) => a - b);
  return known[Math.max(Math.ceil(NOISE * known.length) - 1, 0)] ?? 0;
}

/** Changes of sign, zeros left out. */
function crossings(gaps: readonly number[]): number {
  const signs = gaps.map(Math.sign).filter((sign) => sign !== 0 && !Number.isNaN(sign));
  return signs.filter((sign, i) => i > 0 && sign !== signs[i - 1]).length;
}
