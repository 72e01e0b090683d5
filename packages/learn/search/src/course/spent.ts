import type { Costs, TrialRecord } from '@espalier/study';
import type { Spent } from '../costs/cost.js';
import { costs } from '../costs/index.js';
import { ancestorsOf } from './unfreezing.js';

/** What went into a trial, and into those that it goes back to. */
export function spentOn(
  trials: readonly TrialRecord[],
  trial: Pick<TrialRecord, 'startedFrom' | 'epochs'>,
): Spent {
  const all = [...ancestorsOf(trials, trial), trial];
  return { seconds: all.flatMap(({ epochs }) => epochs).reduce((sum, { seconds }) => sum + seconds, 0) };
}

/** The costs of training. */
export const trainingCosts = (spent: Spent): Costs =>
  Object.fromEntries(
    costs.entries().flatMap(([name, cost]) => (cost.of === 'training' ? [[name, cost.known(spent)]] : [])),
  );
