import { methodOf, methods } from '@espalier/search';
import { bestEpoch, type TrialRecord } from '@espalier/study';
import type { Session } from '../study/session.js';

/** Whether a trial learns epoch by epoch. */
export const learns = ({ configuration }: Pick<TrialRecord, 'configuration'>): boolean =>
  methods.get(methodOf(configuration)).epochs === null;

/**
 * Seconds that training a trial again is expected to take, by its epochs; 0 where it was fitted in one go.
 *
 * @param examples that it is trained on, those of several fits together
 */
export function trainingSeconds({ data }: Session, trial: TrialRecord, examples: number): number {
  const { epochs } = trial;
  if (!learns(trial) || epochs.length === 0) return 0;
  const mean = epochs.reduce((sum, { seconds }) => sum + seconds, 0) / epochs.length;
  return ((bestEpoch(epochs)?.epoch ?? 0) * mean * examples) / data.splits.train.length;
}
