import type { PolicyName, ScannedExample } from '@espalier/data';
import {
  checkBudget,
  checkTime,
  createPruner,
  createSampler,
  knownPruners,
  registeredPruner,
  SearchError,
  type Configuration,
  type ObservedTrial,
  type Pruner,
  type SearchSpace,
} from '@espalier/search';
import { epochsLeft, searchBudget, usage } from './budgets.js';
import { classWeightsOf } from './classWeights.js';
import { removeFile } from './checkpoint.js';
import { usualStageRate } from './groups.js';
import { runPersisted, type PersistedRun } from './persisted.js';
import { ranked, type EpochRecord, type TrialRecord } from './records.js';
import { checkpointPath, weightsPath, type Session } from './session.js';
import type { StudySettings } from './settings.js';
import type { Start } from './start.js';
import { initialWeights } from './trainers.js';
import type { Ending, TrialOutcome, TrialTask } from './trial.js';

/** Trials whose weights are kept, for `espalier export`. */
export const MOST_WEIGHTS = 5;

/**
 * Runs trials until the budget is spent or the space exhausted; returns why it ended.
 *
 * @param notes of the study so far; what is noted meanwhile is added
 */
export async function searchTrials(
  session: Session,
  space: SearchSpace,
  trials: TrialRecord[],
  notes: string[],
): Promise<string> {
  const { settings, signal } = session;
  for (;;) {
    signal.throwIfAborted();
    await noteReplaced(session, notes);
    const open = trials.find(({ status }) => status === 'running');
    if (open !== undefined) {
      await runOne(session, trials, open);
      continue;
    }
    const next = await suggestTrial(settings, space, trials, session.elapsed());
    await noteReplaced(session, notes);
    if (next.kind === 'ended') return next.reason;
    const { number, configuration } = next;
    await session.record({ type: 'trial-started', number, configuration });
    trials.push({ number, configuration, status: 'running', reason: '', epochs: [] });
  }
}

async function noteReplaced(session: Session, notes: string[]): Promise<void> {
  for (const text of replacedOf(session.settings).filter((text) => !notes.includes(text))) {
    await session.record({ type: 'note', text });
    notes.push(text);
  }
}

/** What goes on in place of a plugin's sampler or pruner in this process, a sentence each. */
export const replacedOf = (settings: StudySettings): readonly string[] =>
  [createSampler(settings.sampler), prunerOf(settings)].flatMap((one) => one.replaced?.() ?? []);

/** The next trial of a study, or why there is none. */
export type Suggestion =
  | { readonly kind: 'trial'; readonly number: number; readonly configuration: Configuration }
  | { readonly kind: 'ended'; readonly reason: string };

/**
 * What a study tries next. Trials that run meanwhile count with all epochs they may take.
 *
 * @param elapsed seconds of the study so far
 */
export async function suggestTrial(
  settings: StudySettings,
  space: SearchSpace,
  trials: readonly TrialRecord[],
  elapsed: number,
): Promise<Suggestion> {
  const verdict = checkBudget(searchBudget(settings), usage(settings, trials, elapsed));
  // However short the time, one trial there is, or there would be nothing to report.
  if (verdict.kind === 'spent' && trials.length > 0) return { kind: 'ended', reason: verdict.reason };
  const number = trials.length;
  const request = { space, history: trials.map(observed), trial: number, seed: settings.seed };
  const configuration = await createSampler(settings.sampler).suggest(request);
  if (configuration !== null) return { kind: 'trial', number, configuration };
  return { kind: 'ended', reason: 'Every configuration of the search space has been tried.' };
}

/** Epochs of the first rung of successive halving. */
const RUNG = 2;

const observed = ({ number, configuration, status, epochs }: TrialRecord): ObservedTrial => ({
  number,
  configuration,
  status,
  curve: epochs.map(({ validationAccuracy }) => validationAccuracy),
});

export const trialName = (number: number): string => `trial-${number}`;

async function runOne(session: Session, trials: TrialRecord[], trial: TrialRecord): Promise<void> {
  const { folder, emit, settings } = session;
  const { number } = trial;
  const update = (change: Partial<TrialRecord>): TrialRecord => {
    const changed = { ...(trials[number] as TrialRecord), ...change };
    trials[number] = changed;
    return changed;
  };
  emit({ kind: 'trial-started', trial });
  const others = trials.filter((other) => other !== trial);
  const { status, reason, epochs } = await trainTrial(session, trial, {
    epochs: epochsLeft(settings, others),
    decide: (so) => decideTrial(settings, { ...trial, epochs: so }, others, session.elapsed()),
    onEpoch: (record) => update({ epochs: [...(trials[number] as TrialRecord).epochs, record] }),
  });
  const ended = update({ status, reason, epochs: [...epochs] });
  await session.record({ type: 'trial-ended', number, status, reason });
  await removeFile(checkpointPath(folder, trialName(number)));
  for (const loser of ranked(trials).slice(MOST_WEIGHTS)) {
    await removeFile(weightsPath(folder, trialName(loser.number)));
  }
  emit({ kind: 'trial-ended', trial: ended });
}

export interface TrialTraining {
  /** Most epochs. */
  readonly epochs: number;
  readonly decide: PersistedRun['decide'];
  /** Told of each epoch once it is recorded. */
  readonly onEpoch?: (record: EpochRecord) => void;
}

/**
 * Trains one trial of a study, from its checkpoint in the study's folder where there is one. Each epoch
 * is recorded; the best weights are in the folder when it returns.
 *
 * @param trial with the epochs that are recorded already
 */
export async function trainTrial(
  session: Session,
  { number, configuration, epochs: known }: Pick<TrialRecord, 'number' | 'configuration' | 'epochs'>,
  { epochs, decide, onEpoch }: TrialTraining,
): Promise<TrialOutcome> {
  const { emit } = session;
  return runPersisted(session, {
    task: await taskOf(session, configuration, trialName(number), epochs),
    known,
    decide,
    onStep: (done, total) => emit({ kind: 'progress', phase: 'training', done, total }),
    record: async (record) => {
      await session.record({ type: 'epoch', number, record });
      onEpoch?.(record);
      emit({ kind: 'epoch', number, record });
    },
  });
}

/**
 * Whether time or the pruner end a trial before its last epoch; null to train on.
 *
 * @param others the study's other trials, those that run meanwhile included
 * @param elapsed seconds of the study so far
 */
export async function decideTrial(
  settings: StudySettings,
  trial: TrialRecord,
  others: readonly TrialRecord[],
  elapsed: number,
): Promise<Ending | null> {
  const time = checkTime(searchBudget(settings), { seconds: elapsed });
  if (time.kind === 'spent') return { status: 'complete', reason: 'the time is up' };
  const request = { trial: observed(trial), history: others.map(observed) };
  if (!(await prunerOf(settings).shouldStop(request))) return null;
  return { status: 'pruned', reason: `behind the others at epoch ${trial.epochs.length}` };
}

/** @throws SearchError where no pruner has the name */
function prunerOf({ pruner, budget }: StudySettings): Pruner {
  if (pruner === 'none') return createPruner({ kind: 'none' });
  if (pruner === 'asha') return createPruner({ kind: 'asha', minEpochs: RUNG, maxEpochs: budget.epochs });
  const found = registeredPruner(pruner);
  if (found !== null) return found;
  throw new SearchError(`There is no pruner called ${pruner}, choose one of ${knownPruners().join(', ')}`);
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
  const { settings, pool } = session;
  const candidate = session.candidate(configuration.backbone);
  const depth = configuration.freezeDepth;
  await session.cache(candidate, configuration.augmentation as PolicyName);
  return {
    ...commonTask(session, configuration),
    ...{ name, depth, train, validation, epochs, guarded },
    trainer: await pool.get(start.prepared, depth),
    activations: candidate.activations,
    learningRate: configuration.learningRate,
    layerDecay: configuration.layerDecay,
    stageRate: settings.training.stageRate ?? usualStageRate(start.prepared),
    initial: initialWeights(start.prepared, depth, start.head),
    constants: start.constants,
  };
}

function classWeighing(...given: Parameters<typeof classWeightsOf>): Pick<TrialTask, 'classWeights'> {
  const classWeights = classWeightsOf(...given);
  return classWeights === null ? {} : { classWeights };
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
  ...classWeighing(settings, data),
  train: data.splits.train,
  validation: data.splits.validation,
});
