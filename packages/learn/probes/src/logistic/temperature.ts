import { toSoftmax } from './logistic.js';

/** A row's scores by a fit that did not learn from it. */
export interface Scored {
  readonly row: number;
  /** One for each class. */
  readonly scores: Float64Array;
}

/** Where temperatures are looked for, as logarithms. */
const [COLDEST, HOTTEST] = [Math.log(0.1), Math.log(100)] as const;
const HALVINGS = 40;
/** Of an interval, what the golden section keeps. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * What scores are multiplied with to be logits: the factor with the least log loss (Guo et al., 2017), found
 * by golden section, for which the loss is unimodal: it is convex in the factor.
 */
export function temperatureOf(scored: readonly Scored[], labels: readonly number[], classes: number): number {
  const row = new Float64Array(classes);
  const lossAt = (logarithm: number): number => {
    const factor = Math.exp(logarithm);
    return scored.reduce((sum, { row: index, scores }) => {
      scores.forEach((score, c) => (row[c] = score * factor));
      toSoftmax(row);
      return sum - Math.log(Math.max(Number.MIN_VALUE, row[labels[index] as number] as number));
    }, 0);
  };
  let [low, high] = [COLDEST, HOTTEST] as [number, number];
  for (let i = 0; i < HALVINGS; i++) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (lossAt(left) <= lossAt(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}
