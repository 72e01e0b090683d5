import { majorityBaseline } from '@espalier/metrics';
import type { Labels, TrivialBaseline } from '../task.js';

/** Answers every example with the shares that the classes have among the training examples. */
export function trivial(
  train: readonly number[],
  test: readonly number[],
  { names }: Labels,
): TrivialBaseline {
  const { label } = majorityBaseline(train, test);
  const shares = names.map((_, c) => train.filter((one) => one === c).length / train.length);
  return {
    title: `Always "${names[label]}"`,
    words: 'always answering with the most frequent class',
    predictions: { labels: test, probabilities: test.map(() => shares) },
  };
}
