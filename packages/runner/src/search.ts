import type { PolicyName } from '@espalier/data';
import {
  checkBudget,
  checkTime,
  createPruner,
  createSampler,
  type Budget,
  type Configuration,
  type ObservedTrial,
  type SearchSpace,
} from '@espalier/search';
import { removeFile } from './checkpoint.js';
import { runPersisted, type PersistedRun } from './persisted.js';
import { ranked, type TrialRecord } from './records.js';
import { checkpointPath, weightsPath, type Session } from './session.js';
import type { StudySettings } from './settings.js';
import { initialWeights } from './trainers.js';
import type { TrialTask } from './trial.js';

/** Trials whose weights stay on the disk, for `espalier export`. */
const MOST_WEIGHTS = 5;

/** Runs trials until the budget is spent or the space exhausted; returns why it ended. */
export async function searchTrials(
  session: Session,
  space: SearchSpace,
  trials: TrialRecord[],
): Promise<string> {
  const { settings, signal } = session;
  const sampler = createSampler(settings.sampler);
  for (;;) {
    signal.throwIfAborted();
    const open = trials.find(({ status }) => status === 'running');
    if (open !== undefined) {
      await runOne(session, trials, open);
      continue;
    }
    const verdict = checkBudget(searchBudget(settings), usage(session, trials));
    // However short the time, one trial there is, or there would be nothing to report.
    if (verdict.kind === 'spent' && trials.length > 0) return verdict.reason;
    const number = trials.length;
    const request = { space, history: trials.map(observed), trial: number, seed: settings.seed };
    const configuration = sampler.suggest(request);
    if (configuration === null) return 'Every configuration of the search space has been tried.';
    await session.record({ type: 'trial-started', number, configuration });
    trials.push({ number, configuration, status: 'running', reason: '', epochs: [] });
  }
}

/** Epochs of the first rung of successive halving. */
const RUNG = 2;

/** Part of the wall time that is kept for the twin trained from scratch. */
const SCRATCH_SHARE = 0.2;

function searchBudget({ budget, scratch }: StudySettings): Budget {
  const seconds = budget.seconds === null || !scratch ? budget.seconds : budget.seconds * (1 - SCRATCH_SHARE);
  return { ...budget, seconds };
}

const observed = ({ number, configuration, status, epochs }: TrialRecord): ObservedTrial => ({
  number,
  configuration,
  status,
  curve: epochs.map(({ validationAccuracy }) => validationAccuracy),
});

const usage = (session: Session, trials: readonly TrialRecord[]): Parameters<typeof checkBudget>[1] => ({
  trials: trials.length,
  epochs: trials.reduce((sum, { epochs }) => sum + epochs.length, 0),
  seconds: session.elapsed(),
});

export const trialName = (number: number): string => `trial-${number}`;

async function runOne(session: Session, trials: TrialRecord[], trial: TrialRecord): Promise<void> {
  const { folder, emit } = session;
  const { number } = trial;
  const name = trialName(number);
  const update = (change: Partial<TrialRecord>): TrialRecord => {
    const changed = { ...(trials[number] as TrialRecord), ...change };
    trials[number] = changed;
    return changed;
  };
  emit({ kind: 'trial-started', trial });
  const task = await taskOf(session, trial.configuration, name, trialEpochs(session, trials, trial));
  const { status, reason, epochs } = await runPersisted(session, {
    task,
    known: trial.epochs,
    decide: deciderOf(session, trials, trial),
    onStep: (done, total) => emit({ kind: 'progress', phase: 'training', done, total }),
    record: async (record) => {
      await session.record({ type: 'epoch', number, record });
      update({ epochs: [...(trials[number] as TrialRecord).epochs, record] });
      emit({ kind: 'epoch', number, record });
    },
  });
  const ended = update({ status, reason, epochs: [...epochs] });
  await session.record({ type: 'trial-ended', number, status, reason });
  await removeFile(checkpointPath(folder, name));
  for (const loser of ranked(trials).slice(MOST_WEIGHTS)) {
    await removeFile(weightsPath(folder, trialName(loser.number)));
  }
  emit({ kind: 'trial-ended', trial: ended });
}

/** Time and the pruner may end a trial before its last epoch. */
function deciderOf(
  session: Session,
  trials: readonly TrialRecord[],
  trial: TrialRecord,
): PersistedRun['decide'] {
  const { settings } = session;
  const pruner = createPruner(
    settings.pruner === 'none'
      ? { kind: 'none' }
      : { kind: 'asha', minEpochs: RUNG, maxEpochs: settings.budget.epochs },
  );
  const history = trials.filter(({ number }) => number !== trial.number).map(observed);
  return (epochs) => {
    const time = checkTime(searchBudget(settings), { seconds: session.elapsed() });
    if (time.kind === 'spent') return { status: 'complete', reason: 'the time is up' };
    const current = observed({ ...trial, epochs: [...epochs] });
    if (!pruner.shouldStop({ trial: current, history })) return null;
    return { status: 'pruned', reason: `behind the others at epoch ${epochs.length}` };
  };
}

/** A trial may not go beyond what is left of the study's epochs. */
function trialEpochs(session: Session, trials: readonly TrialRecord[], trial: TrialRecord): number {
  const { epochs, totalEpochs } = session.settings.budget;
  if (totalEpochs === null) return epochs;
  const others = trials.filter((other) => other !== trial);
  return Math.min(epochs, totalEpochs - usage(session, others).epochs);
}

async function taskOf(
  session: Session,
  configuration: Configuration,
  name: string,
  epochs: number,
): Promise<TrialTask> {
  const { settings, data, pool } = session;
  const candidate = session.candidate(configuration.backbone);
  const { prepared, activations } = candidate;
  const depth = configuration.freezeDepth;
  await session.cache(candidate, configuration.augmentation as PolicyName);
  return {
    ...commonTask(session, configuration),
    name,
    trainer: await pool.get(prepared, depth),
    activations,
    depth,
    learningRate: configuration.learningRate,
    layerDecay: configuration.layerDecay,
    epochs,
    initial: initialWeights(prepared, depth, data.classes.length, settings.seed, name),
  };
}

/** What a trial and the twin trained from scratch have in common. */
export const commonTask = (
  { settings, data }: Session,
  { augmentation, weightDecay }: Configuration,
): Pick<
  TrialTask,
  | 'modality'
  | 'policy'
  | 'weightDecay'
  | 'training'
  | 'seed'
  | 'classes'
  | 'classWeights'
  | 'train'
  | 'validation'
> => ({
  modality: data.modality,
  policy: augmentation as PolicyName,
  weightDecay,
  training: settings.training,
  seed: settings.seed,
  classes: data.classes.length,
  ...(settings.training.classWeights === 'balanced' && { classWeights: data.balance.weights }),
  train: data.splits.train,
  validation: data.splits.validation,
});
