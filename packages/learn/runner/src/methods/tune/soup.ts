import type { TrialRecord } from '@espalier/study';
import { addToMean } from '../../training/averaging.js';
import type { Weights } from '../../training/checkpoint.js';

/** The dimensions that decide which weights a trial has. */
const DECIDING = ['freezeDepth', 'frozenTail', 'normalisation'];

/** The mean of factors is not the factors of a mean. */
const hasAdapters = ({ values }: TrialRecord['configuration']): boolean =>
  Number(values['adapterRank'] ?? 0) > 0;

/** Whether two trials have trained the same weights of the same network. */
export const goTogether = (
  { configuration: one }: TrialRecord,
  { configuration: other }: TrialRecord,
): boolean =>
  one.backbone === other.backbone &&
  !hasAdapters(one) &&
  !hasAdapters(other) &&
  DECIDING.every((name) => one.values[name] === other.values[name]);

/** The mean of the weights of trials; those of one as they are. */
export function meanWeights([first, ...others]: readonly Weights[]): Weights {
  if (first === undefined) throw new RangeError('a mean needs weights');
  return others.reduce(addToMean, addToMean(null, first)).weights;
}
