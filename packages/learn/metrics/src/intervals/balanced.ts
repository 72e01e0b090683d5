import { effectiveCount, type Groups } from './clusters.js';
import { MetricsError } from '../errors.js';
import { scoreInterval, type Interval } from './proportions.js';

interface Recall {
  readonly found: number;
  readonly examples: number;
}

/**
 * 95 % interval of a balanced accuracy, the mean recall of the classes that have examples: Wilson's intervals of
 * the recalls, combined as variance estimates are recovered (MOVER; Zou & Donner, Statistics in Medicine, 2008). A
 * bootstrap knows nothing of a class that is wholly right; this does.
 *
 * @param correct whether each example was classified rightly
 * @param labels of the same examples
 * @param groups of the examples: those of a group count as what they are worth together
 */
export function balancedInterval(
  correct: readonly boolean[],
  labels: readonly number[],
  groups?: Groups,
): Interval {
  if (correct.length === 0) throw new MetricsError('There are no examples to take an interval of');
  const recalls = recallsOf(correct, labels);
  const worth = effectiveShare(correct, labels, recalls, groups);
  const classes = recalls.size;
  let [mean, down, up] = [0, 0, 0];
  for (const { found, examples } of recalls.values()) {
    const recall = found / examples;
    const { low, high } = scoreInterval(recall, Math.max(1, examples * worth));
    mean += recall / classes;
    down += ((recall - low) / classes) ** 2;
    up += ((high - recall) / classes) ** 2;
  }
  return { low: mean - Math.sqrt(down), high: mean + Math.sqrt(up) };
}

function recallsOf(correct: readonly boolean[], labels: readonly number[]): ReadonlyMap<number, Recall> {
  const recalls = new Map<number, Recall>();
  labels.forEach((label, i) => {
    const { found, examples } = recalls.get(label) ?? { found: 0, examples: 0 };
    recalls.set(label, { found: found + Number(correct[i]), examples: examples + 1 });
  });
  return recalls;
}

/** What an example is worth beside one that stands for itself, 0..1: a group may have examples of all classes. */
function effectiveShare(
  correct: readonly boolean[],
  labels: readonly number[],
  recalls: ReadonlyMap<number, Recall>,
  groups: Groups | undefined,
): number {
  const influence = labels.map((label, i) => {
    const { found, examples } = recalls.get(label) as Recall;
    return (Number(correct[i]) - found / examples) / examples;
  });
  return effectiveCount(influence, groups) / labels.length;
}
