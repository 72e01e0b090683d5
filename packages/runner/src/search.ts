import type { AugmentationName } from '@espalier/data';
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
import { cutAt } from './backbone.js';
import { readCheckpoint, removeFile, writeCheckpoint, writeWeights } from './checkpoint.js';
import { ranked, type TrialRecord } from './records.js';
import { checkpointPath, weightsPath, type Session } from './session.js';
import type { StudySettings } from './settings.js';
import { initialWeights } from './trainers.js';
import { runTrial, type TrialTask } from './trial.js';

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
    if (verdict.kind === 'spent') return verdict.reason;
    const number = trials.length;
    const request = { space, history: trials.map(observed), trial: number, seed: settings.seed };
    const configuration = sampler.suggest(request);
    if (configuration === null) return 'Every configuration of the search space has been tried.';
    await session.record({ type: 'trial-started', number, configuration });
    trials.push({ number, configuration, status: 'running', reason: '', epochs: [] });
  }
}

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
  const { settings, folder, emit, signal } = session;
  const name = trialName(trial.number);
  const pruner = createPruner(
    settings.pruner === 'none'
      ? { kind: 'none' }
      : { kind: 'asha', minEpochs: 2, maxEpochs: settings.budget.epochs },
  );
  const history = trials.filter((other) => other !== trial).map(observed);
  const update = (change: Partial<TrialRecord>): TrialRecord => {
    const changed = { ...(trials[trial.number] as TrialRecord), ...change };
    trials[trial.number] = changed;
    return changed;
  };
  emit({ kind: 'trial-started', trial });
  const checkpoint = await readCheckpoint(checkpointPath(folder, name));
  const task = await taskOf(session, trial.configuration, name, trialEpochs(session, trials, trial));
  const outcome = await runTrial(
    task,
    {
      signal,
      onStep: (done, total) => emit({ kind: 'progress', phase: 'training', done, total }),
      onEpoch: async (at) => {
        const record = at.epochs.at(-1) as (typeof at.epochs)[number];
        await writeCheckpoint(checkpointPath(folder, name), at);
        await session.record({ type: 'epoch', number: trial.number, record });
        const current = update({ epochs: [...at.epochs] });
        emit({ kind: 'epoch', number: trial.number, record });
        const time = checkTime(searchBudget(settings), { seconds: session.elapsed() });
        if (time.kind === 'spent') return { status: 'complete', reason: 'the time is up' };
        const last = at.epochs.length >= task.epochs;
        if (last || !pruner.shouldStop({ trial: observed(current), history })) return null;
        return { status: 'pruned', reason: `behind the others at epoch ${record.epoch}` };
      },
    },
    checkpoint,
  );
  const ended = update({ status: outcome.status, reason: outcome.reason, epochs: [...outcome.epochs] });
  if (outcome.best !== null && outcome.status !== 'failed') {
    await writeWeights(weightsPath(folder, name), outcome.best);
  }
  await session.record({
    type: 'trial-ended',
    number: trial.number,
    status: outcome.status,
    reason: outcome.reason,
  });
  await removeFile(checkpointPath(folder, name));
  for (const loser of ranked(trials).slice(MOST_WEIGHTS)) {
    await removeFile(weightsPath(folder, trialName(loser.number)));
  }
  emit({ kind: 'trial-ended', trial: ended });
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
  const policy = configuration.augmentation as AugmentationName;
  await session.cache(candidate, policy);
  const classes = data.classes.length;
  return {
    name,
    trainer: await pool.get(prepared, depth),
    activations,
    input: cutAt(prepared, depth),
    depth,
    policy,
    learningRate: configuration.learningRate,
    layerDecay: configuration.layerDecay,
    weightDecay: configuration.weightDecay,
    epochs,
    training: settings.training,
    seed: settings.seed,
    classes,
    ...(settings.training.classWeights === 'balanced' && { classWeights: data.balance.weights }),
    train: data.splits.train,
    validation: data.splits.validation,
    initial: initialWeights(prepared, depth, classes, settings.seed, name),
  };
}
