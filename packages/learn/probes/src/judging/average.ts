import { lossesOf } from './crossValidate.js';

/** Most steps of the greedy search; a member may be taken more than once, and counts so often. */
const MOST_STEPS = 8;

/** The examples that count, with their classes. */
export interface Judged {
  /** Of all examples, 0..classes-1. */
  readonly labels: readonly number[];
  /** Indexes of those that count. */
  readonly rows: readonly number[];
  readonly classes: number;
}

export interface Average {
  /** Index of each member, and its share; the shares sum to 1. */
  readonly members: readonly { readonly index: number; readonly share: number }[];
  /** [examples, classes] */
  readonly probabilities: Float32Array;
}

/**
 * Averages the probabilities of classifiers: takes, one after the other, the one that lowers the loss of
 * the average most (Caruana et al., Ensemble Selection from Libraries of Models, 2004).
 *
 * @param members out-of-fold probabilities [examples, classes] of each, of the same examples
 * @param most different members
 */
export function greedyAverage(
  members: readonly Float32Array[],
  { labels, rows, classes }: Judged,
  most: number,
): Average {
  const counts = new Map<number, number>();
  let sum = new Float32Array((members[0] as Float32Array).length);
  let loss = Infinity;
  for (let taken = 0; taken < MOST_STEPS; taken++) {
    const options = members.map((member, index) => {
      if (counts.size >= most && !counts.has(index)) return Infinity;
      return lossOfMean(sum, member, taken, { labels, rows, classes });
    });
    const index = options.reduce((best, value, i) => (value < (options[best] as number) ? i : best), 0);
    if (!((options[index] as number) < loss)) break;
    loss = options[index] as number;
    sum = sum.map((value, i) => value + ((members[index] as Float32Array)[i] as number));
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((a, b) => a + b, 0);
  return {
    members: [...counts].map(([index, count]) => ({ index, share: count / total })),
    probabilities: sum.map((value) => value / total),
  };
}

function lossOfMean(
  sum: Float32Array,
  member: Float32Array,
  taken: number,
  { labels, rows, classes }: Judged,
): number {
  const mean = sum.map((value, i) => (value + (member[i] as number)) / (taken + 1));
  return lossesOf(mean, labels, rows, classes).reduce((a, b) => a + b, 0) / rows.length;
}
