import type { ScannedExample } from '@espalier/data';
import { decideTrial, epochsOf, nextStep, replacedIn, type Course, type Step } from '@espalier/search';
import {
  MOST_WEIGHTS,
  ranked,
  trialName,
  type Configuration,
  type EpochRecord,
  type TrialRecord,
} from '@espalier/study';
import { runBaseline } from './baseline.js';
import { classWeightsOf } from './classWeights.js';
import { removeFile } from './checkpoint.js';
import { usualStageRate } from './groups.js';
import { runPersisted, type PersistedRun } from './persisted.js';
import { policyOf, recipeFor } from './recipe.js';
import { weightsPath } from '@espalier/study/folder';
import type { Session } from './session.js';
import type { Start } from './start.js';
import { initialWeights } from './trainers.js';
import type { TrialOutcome, TrialTask } from './trial.js';

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
  const { status, reason } = await trainTrial(session, trial, {
    epochs: epochsOf(work.course(), trial),
    decide: (so) => decideTrial(work.course(), trial, so),
  });
  await session.record({ type: 'trial-ended', role, number, status, reason });
  await session.checkpoints.remove(trialName(trial));
  const { trials } = work.course();
  for (const loser of ranked(trials).slice(MOST_WEIGHTS)) {
    await removeFile(weightsPath(folder, trialName(loser)));
  }
  const ended = trials.find((one) => one.role === role && one.number === number);
  if (ended !== undefined) emit({ kind: 'trial-ended', trial: ended });
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
  trial: Pick<TrialRecord, 'role' | 'number' | 'configuration' | 'epochs'>,
  { epochs, decide }: TrialTraining,
): Promise<TrialOutcome> {
  const { emit } = session;
  const { role, number, configuration, epochs: known } = trial;
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
  return runPersisted(session, { ...run, task: await taskOf(session, configuration, name, epochs) });
}

/** Which examples a configuration learns from, and what stops it. */
export interface TaskExamples {
  readonly train: readonly ScannedExample[];
  readonly validation: readonly ScannedExample[];
  /** Where it begins; fitted to the training examples alone. */
  readonly start: Start;
  readonly guarded: boolean;
}

async function taskOf(
  session: Session,
  configuration: Configuration,
  name: string,
  epochs: number,
): Promise<TrialTask> {
  const { train, validation } = session.data.splits;
  const start = await session.starts.ofTrial(configuration.backbone);
  return tuningTask(session, configuration, { name, epochs }, { train, validation, start, guarded: true });
}

/** What it takes to train a configuration on some examples. */
export async function tuningTask(
  session: Session,
  configuration: Configuration,
  { name, epochs }: { readonly name: string; readonly epochs: number },
  { train, validation, start, guarded }: TaskExamples,
): Promise<TrialTask> {
  const candidate = session.candidate(configuration.backbone);
  const recipe = recipeFor(session, configuration);
  await session.cache(candidate, policyOf(recipe));
  return {
    ...commonTask(session),
    ...{ name, recipe, train, validation, epochs, guarded },
    trainer: await session.pool.get(start.prepared, recipe),
    activations: candidate.activations,
    stageRate: recipe.stageRate ?? usualStageRate(start.prepared),
    initial: initialWeights(start.prepared, recipe.freezeDepth, start.head),
    constants: start.constants,
  };
}

type Common = Pick<
  TrialTask,
  'modality' | 'objective' | 'seed' | 'classes' | 'classWeights' | 'train' | 'validation'
>;

/** What trials and baselines have in common. */
export function commonTask({ settings, data, objective }: Session): Common {
  const classWeights = classWeightsOf(settings, data);
  return {
    modality: data.modality,
    objective,
    seed: settings.seed,
    classes: data.classes.length,
    ...(classWeights !== null && { classWeights }),
    train: data.splits.train,
    validation: data.splits.validation,
  };
}
