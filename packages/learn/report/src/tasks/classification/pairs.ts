import type { StudyReport } from '@espalier/study';
import { classified } from './classified.js';

export interface ConfusedPair {
  readonly label: string;
  readonly predicted: string;
  readonly count: number;
  /** Of the label's examples. */
  readonly share: number;
}

/** Which class is taken for which in the test split, most often first. */
export function confusedPairs({ best, dataset }: StudyReport): ConfusedPair[] {
  const name = (index: number): string => dataset.classes[index] as string;
  return classified(best.test)
    .confusion.flatMap((row, label) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return row.map((count, predicted) => ({ label, predicted, count, share: count / total }));
    })
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count || b.share - a.share || a.label - b.label || a.predicted - b.predicted)
    .map((pair) => ({ ...pair, label: name(pair.label), predicted: name(pair.predicted) }));
}
