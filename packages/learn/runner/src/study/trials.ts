import {
  decideTrial,
  epochsOf,
  LATE,
  nextBeside,
  nextStep,
  replacedIn,
  timeLimit,
  type NewTrial,
  type Step,
} from '@espalier/search';
import type { TrialRecord } from '@espalier/study';
import { groupOf, runGroup } from './group.js';
import { runOf, TOO_LATE, type TrialInFolder, type TrialTraining } from './run.js';
import { runBaseline } from '../training/baseline.js';
import { methodFor } from '../methods/index.js';
import { TimeUp, type Session } from './session.js';
import type { TrialOutcome } from '../training/trial.js';
import { endTrial, type Work } from './work.js';

/** Takes a study through its course, one trial after the other, until only its answer is left to find. */
export async function runTrials(work: Work): Promise<void> {
  const { session } = work;
  for (;;) {
    session.signal.throwIfAborted();
    const open = work.course().trials.find(({ status }) => status === 'running');
    if (open !== undefined) {
      const beside = await nextBeside(work.course());
      if (beside === null) await runOpen(work, open);
      else await start(session, beside);
      continue;
    }
    await noteReplaced(work);
    const step = await nextStep(work.course(), 1);
    await noteReplaced(work);
    if (step.kind === 'finish') return;
    await take(session, step);
  }
}

const start = (session: Session, trial: NewTrial): Promise<void> =>
  session.record({ type: 'trial-started', ...trial });

async function take(session: Session, step: Exclude<Step, { kind: 'finish' }>): Promise<void> {
  switch (step.kind) {
    case 'end-search':
      return session.record({ type: 'search-ended', reason: step.reason });
    case 'trial':
      return start(session, step.trial);
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

/** Trains a trial that has started, with those that train side by side with it. */
async function runOpen(work: Work, trial: TrialRecord): Promise<void> {
  const { emit } = work.session;
  const group = await groupOf(work, trial);
  if (group !== null) return runGroup(work, group);
  emit({ kind: 'trial-started', trial });
  await endTrial(work, trial, await trainInTime(work, trial));
}

/** Trains a trial until it ends or its time is up, within an epoch if need be: that epoch does not count. */
const trainInTime = ({ session, course }: Work, trial: TrialRecord): Promise<TrialOutcome> =>
  trainTrial(session, trial, {
    epochs: epochsOf(course(), trial),
    decide: (so) => decideTrial(course(), trial, so),
    until: timeLimit(course(), trial.role),
  });

/**
 * Trains one trial of a study, from its checkpoint in the study's folder where there is one. Each epoch
 * is recorded; the best weights are in the folder when it returns.
 */
export async function trainTrial(
  session: Session,
  trial: TrialInFolder,
  { epochs, decide, until = Infinity }: TrialTraining,
): Promise<TrialOutcome> {
  let known = trial.epochs;
  const heard: TrialTraining['decide'] = (so) => {
    known = so;
    return decide(so);
  };
  try {
    return await train(session.until(until), trial, { epochs, decide: heard });
  } catch (error) {
    if (!(error instanceof TimeUp)) throw error;
  }
  if (known.length === 0) return { ...TOO_LATE, epochs: known, best: null };
  // From its checkpoint, which has the weights of its best epoch.
  return train(session, { ...trial, epochs: known }, { epochs, decide: () => LATE });
}

async function train(
  session: Session,
  trial: TrialInFolder,
  training: Omit<TrialTraining, 'until'>,
): Promise<TrialOutcome> {
  const run = runOf(session, trial, training);
  if (trial.role === 'baseline') return runBaseline(session, run);
  return methodFor(trial.configuration).train(session, run);
}
