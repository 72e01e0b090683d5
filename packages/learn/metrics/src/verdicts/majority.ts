import { MetricsError } from '../errors.js';
import { at } from '../predictions.js';

export interface MajorityBaseline {
  /** The most frequent training class; the first of equals. */
  readonly label: number;
  readonly accuracy: number;
  readonly correct: readonly boolean[];
}

/** What always answering with the most frequent training class scores on the test labels. */
export function majorityBaseline(
  trainLabels: readonly number[],
  testLabels: readonly number[],
): MajorityBaseline {
  if (trainLabels.length === 0 || testLabels.length === 0) {
    throw new MetricsError('The majority baseline needs training and test examples');
  }
  const counts: number[] = [];
  for (const label of trainLabels) counts[label] = (counts[label] ?? 0) + 1;
  let label = at(trainLabels, 0);
  for (const [candidate, count] of counts.entries()) {
    const most = at(counts, label);
    if (count > most || (count === most && candidate < label)) label = candidate;
  }
  const correct = testLabels.map((truth) => truth === label);
  return { label, correct, accuracy: correct.filter(Boolean).length / correct.length };
}
