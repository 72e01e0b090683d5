import type { ScannedExample } from '@espalier/data';
import { EngineError, type Trainer } from '@espalier/engine';
import type { Predictions } from '@espalier/metrics';
import type { Ending, Recipe } from '@espalier/search';
import type { EpochRecord, Objective } from '@espalier/study';
import type { Labels, Task } from '@espalier/tasks';
import type { Modality } from '@espalier/transfer';
import type { PreparedBackbone } from '../backbone/backbone.js';
import type { Activations } from '../caching/activations.js';
import { plainLook } from '../caching/look.js';
import type { WeightMean } from './averaging.js';
import type { Checkpoint, Progress, Weights } from './checkpoint.js';
import { trainEpoch } from './epoch.js';
import { predictAll } from './predictions.js';
import {
  advance,
  betterOf,
  endingOf,
  failureOf,
  isOfSeveral,
  meanAfter,
  outcomeOf,
  progressOf,
  type Answering,
} from './progress.js';

/** One configuration to train. */
export interface TrialTask {
  /** Names the random streams of the trial. */
  readonly name: string;
  /** Names the random streams of its batches; what trains side by side has the same. */
  readonly order: string;
  /** The network whose suffix it trains. */
  readonly prepared: PreparedBackbone;
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

/** One configuration with the step that trains it alone. */
export interface CompiledTask extends TrialTask {
  readonly trainer: Trainer;
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
  task: CompiledTask,
  hooks: TrialHooks,
  from: Checkpoint | null,
): Promise<TrialOutcome> {
  const { trainer } = task;
  let progress = progressOf(from);
  trainer.reset(task.initial);
  try {
    const start = task.guarded ? await predictValidation(task, hooks) : null;
    if (from !== null) trainer.restore(from.state);
    for (;;) {
      const ending = await endingOf(task, hooks.decide, progress.epochs);
      if (ending !== null) return outcomeOf(task, progress, start, ending);
      const next = await runEpoch(task, progress, start, hooks);
      progress = next;
      await hooks.persist({ ...next, state: trainer.save() });
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return failureOf(progress, error);
  }
}

const predictValidation = (task: CompiledTask, hooks: TrialHooks): Promise<Predictions> =>
  predictAll(
    { ...task, ...hooks, depth: task.recipe.freezeDepth },
    task.validation.map((example) => plainLook(task.modality, example)),
  );

async function runEpoch(
  task: CompiledTask,
  before: Progress,
  start: Predictions | null,
  hooks: TrialHooks,
): Promise<ReturnType<typeof advance>> {
  const started = performance.now();
  const trained = await trainEpoch(task, before.epochs, hooks);
  const own = { weights: task.trainer.weights(), predictions: await predictValidation(task, hooks) };
  const mean = meanAfter(task, before, own.weights);
  const answering = isOfSeveral(mean) ? betterOf(task, own, await answersOf(task, mean, hooks)) : own;
  const seconds = (performance.now() - started) / 1000;
  return advance(task, before, start, { ...trained, seconds, answering, mean });
}

/** What a mean of weights answers; the trainer stands afterwards as it stood. */
async function answersOf(
  task: CompiledTask,
  { weights, count }: WeightMean,
  hooks: TrialHooks,
): Promise<Answering> {
  const { trainer } = task;
  const state = trainer.save();
  trainer.reset(weights);
  const predictions = await predictValidation(task, hooks);
  trainer.restore(state);
  return { weights, predictions, averaged: count };
}
