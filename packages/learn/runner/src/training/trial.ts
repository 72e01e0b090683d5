import { counted, type ScannedExample } from '@espalier/data';
import { EngineError, type Trainer } from '@espalier/engine';
import { earlyStopping, type Ending, type Recipe } from '@espalier/search';
import { bestEpoch, gainOf, type EpochRecord, type Objective } from '@espalier/study';
import { measured, metricsOf, type Labels, type Task } from '@espalier/tasks';
import type { Predictions } from '@espalier/metrics';
import { pairedDifference } from '@espalier/probes';
import type { Modality } from '@espalier/transfer';
import type { Activations } from '../caching/activations.js';
import { plainLook } from '../caching/look.js';
import { addToMean, isAveraged, type WeightMean } from './averaging.js';
import type { Checkpoint, Weights } from './checkpoint.js';
import { trainEpoch } from './epoch.js';
import { predictAll } from './predictions.js';

/** One configuration to train, and with what. */
export interface TrialTask {
  /** Names the random streams of the trial. */
  readonly name: string;
  readonly trainer: Trainer;
  readonly activations: Activations;
  readonly modality: Modality;
  readonly recipe: Recipe;
  readonly objective: Objective;
  /** Rate of the pre-trained stages as a share of the head's. */
  readonly stageRate: number;
  /** Over which the learning rate runs. */
  readonly epochs: number;
  /** Ends the trial after this epoch, whose weights are kept whatever validation says. */
  readonly stopAfter?: number;
  /** Whether an average of weights is what is kept, whatever validation says. */
  readonly keepsAverage?: boolean;
  readonly seed: number;
  /** What is asked of each example. */
  readonly kind: Task;
  readonly labels: Labels;
  readonly train: readonly ScannedExample[];
  readonly validation: readonly ScannedExample[];
  /** Weights to start from, head included. */
  readonly initial: Weights;
  /** Whether its epochs are compared with its start, which knows something. */
  readonly guarded: boolean;
  /** What it begins with, for people: "the probe it started from". */
  readonly beginning: string;
  /** What its end says besides, a clause; absent for nothing. */
  readonly remark?: string;
  /** What belongs to the weights and is not trained. */
  readonly constants: Weights;
}

export interface TrialHooks {
  /** Keeps an epoch that was trained. */
  readonly persist: (checkpoint: Checkpoint) => Promise<void>;
  /** Asked after each epoch, and again of the epochs of a checkpoint; null to train on. */
  readonly decide: (epochs: readonly EpochRecord[]) => Ending | null | Promise<Ending | null>;
  readonly onStep?: (step: number, totalSteps: number) => void;
  readonly signal?: AbortSignal;
}

export interface TrialOutcome extends Ending {
  readonly epochs: readonly EpochRecord[];
  /** Weights of the best epoch; null where there is none. */
  readonly best: Weights | null;
  /** Whether the best epoch has less validation loss than the start; absent where that was not compared. */
  readonly improved?: boolean;
}

/**
 * Trains one configuration from its start or from a checkpoint; both give the same weights, because
 * every random draw is named by trial, epoch and step.
 *
 * @throws the signal's reason when aborted; the last checkpoint then stands
 */
export async function runTrial(
  task: TrialTask,
  hooks: TrialHooks,
  from: Checkpoint | null,
): Promise<TrialOutcome> {
  const { trainer } = task;
  const epochs: EpochRecord[] = [...(from?.epochs ?? [])];
  let best = from?.best ?? null;
  let behind = from?.behind ?? false;
  let mean = from?.mean ?? null;
  trainer.reset(task.initial);
  try {
    const start = task.guarded ? await predictValidation(task, hooks) : null;
    if (from !== null) trainer.restore(from.state);
    for (;;) {
      const ending = await endingOf(task, hooks, epochs);
      if (ending !== null) {
        const improved = start === null ? {} : { improved: hasImproved(task, epochs, start) };
        const told = behind ? notBetter(ending, task.beginning) : ending;
        return { ...remarked(told, task.remark), epochs, best, ...improved };
      }
      const { record, predictions, weights, ...reached } = await runEpoch(task, epochs, mean, hooks);
      mean = reached.mean;
      epochs.push(record);
      if (task.stopAfter !== undefined || bestEpoch(epochs) === record) {
        best = new Map([...weights, ...task.constants]);
        behind = start !== null && isBehind(task, predictions, start);
      }
      await hooks.persist({ epochs, state: trainer.save(), best: best as Weights, mean, behind });
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { status: 'failed', reason: error.message, epochs, best };
  }
}

const hasImproved = ({ kind }: TrialTask, epochs: readonly EpochRecord[], start: Predictions): boolean =>
  (bestEpoch(epochs)?.validationLoss ?? Infinity) < kind.meanLoss(start);

const remarked = (ending: Ending, remark: string | undefined): Ending =>
  remark === undefined ? ending : { ...ending, reason: `${ending.reason}; ${remark}` };

/** Tells of a trial whose best epoch is worse than what it began with. */
const notBetter = (ending: Ending, beginning: string): Ending => ({
  ...ending,
  reason: `${ending.reason}; never better than ${beginning}`,
});

/**
 * Whether an epoch is worse than the start by more than chance: its loss, example by example, and its objective.
 * High rates often fall below it at first and come back far above, so that this ends no trial.
 */
function isBehind({ kind, objective }: TrialTask, now: Predictions, start: Predictions): boolean {
  const { difference, error } = pairedDifference(kind.losses(now), kind.losses(start));
  const gain = (predictions: Predictions): number =>
    gainOf({ metrics: metricsOf(kind, objective, predictions) }, objective);
  return difference > error && gain(now) < gain(start);
}

const predictValidation = (task: TrialTask, hooks: TrialHooks): Promise<Predictions> =>
  predictAll(
    { ...task, ...hooks, depth: task.recipe.freezeDepth },
    task.validation.map((example) => plainLook(task.modality, example)),
  );

/** A pure function of the epochs so far, so that a trial that is resumed ends where it would have. */
async function endingOf(
  task: TrialTask,
  hooks: TrialHooks,
  epochs: readonly EpochRecord[],
): Promise<Ending | null> {
  const { patience } = task.recipe;
  if (epochs.length >= (task.stopAfter ?? task.epochs)) return { status: 'complete', reason: 'all epochs' };
  if (epochs.length === 0) return null;
  const gains = epochs.map((epoch) => gainOf(epoch, task.objective));
  if (earlyStopping({ patience })(gains)) {
    return { status: 'complete', reason: `no better for ${counted(patience ?? 0, 'epoch')}` };
  }
  return hooks.decide(epochs);
}

/** Weights with what they answer about the validation examples. */
interface Answering {
  readonly weights: Weights;
  readonly predictions: Predictions;
  /** Epochs whose weights they are the average of. */
  readonly averaged?: number;
}

/** An epoch that was trained, with the weights that it is measured by. */
interface TrainedEpoch extends Omit<Answering, 'averaged'> {
  readonly record: EpochRecord;
  readonly mean: WeightMean | null;
}

async function runEpoch(
  task: TrialTask,
  before: readonly EpochRecord[],
  former: WeightMean | null,
  hooks: TrialHooks,
): Promise<TrainedEpoch> {
  const started = performance.now();
  const epoch = before.length + 1;
  const { trainLoss, learningRate } = await trainEpoch(task, before, epoch, hooks);
  const own = { weights: task.trainer.weights(), predictions: await predictValidation(task, hooks) };
  const averages = task.recipe.averaging === 'epochs' && isAveraged(epoch, task.epochs);
  const mean = averages ? addToMean(former, own.weights) : null;
  const { weights, predictions, ...kind } = await betterOf(task, own, mean, hooks);
  const onValidation = measured(task.kind, task.objective, predictions);
  const seconds = (performance.now() - started) / 1000;
  const record = { epoch, trainLoss, ...onValidation, learningRate, seconds, ...kind };
  return { record, predictions, weights, mean };
}

/** The weights of an epoch, or their average with those before where that answers better. */
async function betterOf(
  task: TrialTask,
  own: Answering,
  mean: WeightMean | null,
  hooks: TrialHooks,
): Promise<Answering> {
  if (mean === null || mean.count < 2) return own;
  const { trainer, kind, keepsAverage } = task;
  const state = trainer.save();
  trainer.reset(mean.weights);
  const predictions = await predictValidation(task, hooks);
  trainer.restore(state);
  const adopted = keepsAverage ?? kind.meanLoss(predictions) < kind.meanLoss(own.predictions);
  return adopted ? { weights: mean.weights, predictions, averaged: mean.count } : own;
}
