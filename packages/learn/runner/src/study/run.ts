import type { Ending } from '@espalier/search';
import { trialName, type EpochRecord, type TrialRecord } from '@espalier/study';
import type { MethodRun } from '../methods/method.js';
import type { RunHooks } from '../training/persisted.js';
import type { Session } from './session.js';

/** A trial with the epochs that are recorded already. */
export type TrialInFolder = Pick<TrialRecord, 'role' | 'number' | 'configuration' | 'epochs' | 'startedFrom'>;

export interface TrialTraining {
  /** Most epochs. */
  readonly epochs: number;
  readonly decide: RunHooks['decide'];
  /** Seconds of the study after which it ends, within an epoch if need be; never where it is absent. */
  readonly until?: number;
}

/** How a trial ends that was not trained for an epoch in time. */
export const TOO_LATE: Ending = {
  status: 'failed',
  reason: 'the time was up before its first epoch had ended',
};

/** What it takes to train a trial of a study whose epochs are recorded and told. */
export function runOf({ emit }: Session, trial: TrialInFolder, { epochs, decide }: TrialTraining): MethodRun {
  const { role, number, configuration, startedFrom = null, epochs: known } = trial;
  const phase = role === 'searched' ? 'training' : 'baseline';
  return {
    ...{ name: trialName(trial), configuration, startedFrom, epochs, known, decide },
    onStep: (done, total) => emit({ kind: 'progress', phase, done, total }),
    event: (record: EpochRecord) => ({ type: 'epoch', role, number, record }) as const,
    onEpoch: (record) => emit({ kind: 'epoch', role, number, record }),
  };
}
