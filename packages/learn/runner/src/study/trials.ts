import {
  decideTrial,
  epochsOf,
  LATE,
  nextStep,
  replacedIn,
  timeLimit,
  type Course,
  type Ending,
  type Step,
} from '@espalier/search';
import { dropped, trialName, type EpochRecord, type TrialRecord } from '@espalier/study';
import { runBaseline } from '../training/baseline.js';
import { removeFile } from '../training/checkpoint.js';
import { methodFor } from '../methods/index.js';
import type { PersistedRun } from '../training/persisted.js';
import { weightsPath } from '@espalier/study/folder';
import { TimeUp, type Session } from './session.js';
import type { TrialOutcome } from '../training/trial.js';

/** A study while this process works on it: its state, and how that changes. */
export interface Work {
  readonly session: Session;
  /** Where the study stands. */
  course(): Course;
  notes(): readonly string[];
}

/** Takes a study through its course, one trial after the other, until only its answer is left to find. */
export async function runTrials(work: Work): Promise<void> {
  const { session } = work;
  for (;;) {
    session.signal.throwIfAborted();
    const open = work.course().trials.find(({ status }) => status === 'running');
    if (open !== undefined) {
      await runOne(work, open);
      continue;
    }
    await noteReplaced(work);
    const step = await nextStep(work.course(), 1);
    await noteReplaced(work);
    if (step.kind === 'finish') return;
    await take(session, step);
  }
}

async function take(session: Session, step: Exclude<Step, { kind: 'finish' }>): Promise<void> {
  switch (step.kind) {
    case 'end-search':
      return session.record({ type: 'search-ended', reason: step.reason });
    case 'trial':
      return session.record({ type: 'trial-started', ...step.trial });
    case 'wait':
      throw new RangeError('a study waits for a trial, and none runs');
  }
}

/** Notes what goes on in place of a plugin's sampler or pruner, once. */
async function noteReplaced({ session, notes }: Work): Promise<void> {
  for (const text of replacedIn(session.settings)) {
    if (!notes().includes(text)) await session.record({ type: 'note', text });
  }
}

async function runOne(work: Work, trial: TrialRecord): Promise<void> {
  const { session } = work;
  const { folder, emit } = session;
  const { role, number } = trial;
  emit({ kind: 'trial-started', trial });
  const { status, reason, improved } = await trainInTime(work, trial);
  const end = { status, reason, ...(improved !== undefined && { improved }) };
  await session.record({ type: 'trial-ended', role, number, ...end });
  await session.checkpoints.remove(trialName(trial));
  const { trials } = work.course();
  for (const loser of dropped(trials)) {
    await removeFile(weightsPath(folder, trialName(loser)));
  }
  const ended = trials.find((one) => one.role === role && one.number === number);
  if (ended !== undefined) emit({ kind: 'trial-ended', trial: ended });
}

/** Trains a trial until it ends or its time is up, within an epoch if need be: that epoch does not count. */
async function trainInTime(work: Work, trial: TrialRecord): Promise<Ending & Pick<TrialOutcome, 'improved'>> {
  const { session } = work;
  const epochs = epochsOf(work.course(), trial);
  const decide: PersistedRun['decide'] = (so) => decideTrial(work.course(), trial, so);
  try {
    const limited = session.until(timeLimit(work.course(), trial.role));
    return await trainTrial(limited, trial, { epochs, decide });
  } catch (error) {
    if (!(error instanceof TimeUp)) throw error;
  }
  const now = work.course().trials.find(({ role, number }) => role === trial.role && number === trial.number);
  if (now === undefined || now.epochs.length === 0) {
    return { status: 'failed', reason: 'the time was up before its first epoch had ended' };
  }
  // From its checkpoint, which has the weights of its best epoch.
  return trainTrial(session, now, { epochs, decide: () => LATE });
}

export interface TrialTraining {
  /** Most epochs. */
  readonly epochs: number;
  readonly decide: PersistedRun['decide'];
}

/**
 * Trains one trial of a study, from its checkpoint in the study's folder where there is one. Each epoch
 * is recorded; the best weights are in the folder when it returns.
 *
 * @param trial with the epochs that are recorded already
 */
export async function trainTrial(
  session: Session,
  trial: Pick<TrialRecord, 'role' | 'number' | 'configuration' | 'epochs' | 'startedFrom'>,
  { epochs, decide }: TrialTraining,
): Promise<TrialOutcome> {
  const { emit } = session;
  const { role, number, configuration, startedFrom = null, epochs: known } = trial;
  const phase = role === 'searched' ? 'training' : 'baseline';
  const run = {
    known,
    decide,
    onStep: (done: number, total: number) => emit({ kind: 'progress', phase, done, total }),
    event: (record: EpochRecord) => ({ type: 'epoch', role, number, record }) as const,
    onEpoch: (record: EpochRecord) => emit({ kind: 'epoch', role, number, record }),
  };
  const name = trialName(trial);
  if (role === 'baseline') return runBaseline(session, { ...run, name, configuration, epochs });
  return methodFor(configuration).train(session, { ...run, name, configuration, startedFrom, epochs });
}
