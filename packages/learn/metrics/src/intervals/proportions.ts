import { effectiveCount, type Groups } from './clusters.js';
import { MetricsError } from '../errors.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface AccuracyInterval extends Interval {
  readonly accuracy: number;
}

export interface DifferenceInterval extends Interval {
  /** The first share minus the second. */
  readonly difference: number;
}

/** Standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/**
 * 95 % score interval of an accuracy, with continuity correction: it covers the truth in 95 % of cases or
 * more, however few examples there are and however near to 1 it is. Newcombe: Two-sided confidence
 * intervals for the single proportion (1998), method 4.
 *
 * @param groups of the examples: those of a group count as what they are worth together
 */
export function accuracyInterval(correct: readonly boolean[], groups?: Groups): AccuracyInterval {
  const [k, all] = counted(correct);
  const n = effectiveCount(correct.map(Number), groups);
  return { accuracy: k / all, ...scoreInterval(k / all, n) };
}

/** The interval of {@link accuracyInterval} for a share of so many independent examples. */
export function scoreInterval(p: number, n: number): Interval {
  const z2 = Z ** 2;
  const half = (sign: 1 | -1): number =>
    Z * Math.sqrt(Math.max(0, z2 + 2 * sign - 1 / n + 4 * p * (n * (1 - p) - sign)));
  return {
    low: p === 0 ? 0 : (2 * n * p + z2 - 1 - half(-1)) / (2 * (n + z2)),
    high: p === 1 ? 1 : (2 * n * p + z2 + 1 + half(1)) / (2 * (n + z2)),
  };
}

/**
 * 95 % interval of the difference in accuracy of two models on the same examples, in which what is hard for
 * both cancels out. Newcombe: Improved confidence intervals for the difference between binomial
 * proportions based on paired data (1998), method 10.
 *
 * @param groups of the examples: those of a group count as what they are worth together
 */
export function pairedDifferenceInterval(
  first: readonly boolean[],
  second: readonly boolean[],
  groups?: Groups,
): DifferenceInterval {
  if (first.length !== second.length) {
    throw new MetricsError(
      `A paired difference needs both models on the same examples, got ${first.length} and ${second.length}`,
    );
  }
  const n = effectiveCount(
    first.map((correct, i) => Number(correct) - Number(second[i])),
    groups,
  );
  return differenceOf(shareOf(first, n), shareOf(second, n), correlation(first, second));
}

/** How many of some examples are right. */
export interface Count {
  readonly correct: number;
  readonly examples: number;
}

/** The same of different examples on both sides (method 10 for independent proportions, 1998). */
export const differenceInterval = (first: Count, second: Count): DifferenceInterval =>
  differenceOf(wilson(first), wilson(second), 0);

interface Share extends Interval {
  readonly value: number;
}

/** Wilson's interval (1927), which the differences are made of. */
function wilson({ correct: k, examples: n }: Count): Share {
  const p = k / n;
  const centre = (p + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2))) / (1 + Z ** 2 / n);
  return { value: p, low: centre - half, high: centre + half };
}

const shareOf = (correct: readonly boolean[], effective: number): Share => {
  const [k, n] = counted(correct);
  return wilson({ correct: (k / n) * effective, examples: effective });
};

function differenceOf(first: Share, second: Share, phi: number): DifferenceInterval {
  const difference = first.value - second.value;
  const side = (down: number, up: number): number =>
    Math.sqrt(Math.max(0, down ** 2 - 2 * phi * down * up + up ** 2));
  return {
    difference,
    low: difference - side(first.value - first.low, second.high - second.value),
    high: difference + side(second.value - second.low, first.high - first.value),
  };
}

/** The correlation of two models' answers, a positive one corrected for continuity. */
function correlation(first: readonly boolean[], second: readonly boolean[]): number {
  const n = first.length;
  const both = first.filter((correct, i) => correct && second[i]).length;
  const neither = first.filter((correct, i) => !correct && !second[i]).length;
  const [ofFirst, ofSecond] = [first.filter(Boolean).length, second.filter(Boolean).length];
  const product = both * neither - (ofFirst - both) * (ofSecond - both);
  const corrected = product > 0 ? Math.max(0, product - n / 2) : product;
  const scale = Math.sqrt(ofFirst * (n - ofFirst) * ofSecond * (n - ofSecond));
  return scale === 0 ? 0 : corrected / scale;
}

function counted(correct: readonly boolean[]): [number, number] {
  if (correct.length === 0) throw new MetricsError('There are no examples to take an interval of');
  return [correct.filter(Boolean).length, correct.length];
}
