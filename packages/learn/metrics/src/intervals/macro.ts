import { confusionMatrix, macroF1 } from '../classification.js';
import { effectiveCount, type Groups } from './clusters.js';
import { jackknifeInterval } from './jackknife.js';
import { at, correctness, selectPredictions, type Predictions } from '../predictions.js';
import { scoreInterval, type Interval } from './proportions.js';

/**
 * 95 % interval of a macro F1. The Jaccard index of a class, TP / (TP + FP + FN), is a proportion, and F1 is a
 * monotone function of it, so that a score interval of the one gives an interval of the other (Lam, Confidence
 * intervals for the F1 score: a comparison of four methods, 2023). The classes' intervals are combined as
 * variance estimates are recovered (MOVER; Zou & Donner, Statistics in Medicine, 2008). A mistake lowers two
 * classes at once, which that leaves out, so the interval reaches at least as far as the jackknife's.
 *
 * @param groups of the examples: those of a group count as what they are worth together
 */
export function macroF1Interval(predictions: Predictions, groups?: Groups): Interval {
  const confusion = confusionMatrix(predictions);
  const correct = correctness(predictions);
  const worth = effectiveCount(correct.map(Number), groups) / correct.length;
  const classes = confusion.map((row, c) => ({
    found: at(row, c),
    union: row.reduce(
      (sum, count, other) => sum + count + (other === c ? 0 : at(confusion[other] ?? [], c)),
      0,
    ),
  }));
  const counted = classes.filter(({ union }) => union > 0);
  let [mean, down, up] = [0, 0, 0];
  for (const { found, union } of counted) {
    const jaccard = found / union;
    const { low, high } = scoreInterval(jaccard, Math.max(1, union * worth));
    const f1 = f1Of(jaccard);
    mean += f1 / counted.length;
    down += ((f1 - f1Of(low)) / counted.length) ** 2;
    up += ((f1Of(high) - f1) / counted.length) ** 2;
  }
  const on = (rows: readonly number[]): number =>
    macroF1(confusionMatrix(selectPredictions(predictions, rows)));
  const whole = jackknifeInterval(correct.length, on, groups);
  return {
    low: Math.min(mean - Math.sqrt(down), whole.low),
    high: Math.max(mean + Math.sqrt(up), whole.high),
  };
}

const f1Of = (jaccard: number): number => (2 * jaccard) / (1 + jaccard);
