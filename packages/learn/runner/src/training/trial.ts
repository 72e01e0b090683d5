import { counted, viewCount, type ScannedExample } from '@espalier/data';
import { dropoutMask, EngineError, type Trainer } from '@espalier/engine';
import { createRandom } from '@espalier/base/random';
import { createSchedule, earlyStopping, type Ending, type Recipe } from '@espalier/search';
import { bestEpoch, gainOf, type EpochRecord, type Objective } from '@espalier/study';
import { measured, metricsOf, type Labels, type Task } from '@espalier/tasks';
import type { Predictions } from '@espalier/metrics';
import { pairedDifference } from '@espalier/probes';
import type { Modality } from '@espalier/transfer';
import type { Activations } from '../caching/activations.js';
import { look, plainLook, type Looked } from '../caching/look.js';
import { batchesOf } from '../caching/batches.js';
import type { Checkpoint, Weights } from './checkpoint.js';
import { labelsOf } from '../study/examples.js';
import { ratesOf } from '../backbone/groups.js';
import { policyOf } from '../study/recipe.js';
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
  readonly seed: number;
  /** What is asked of each example. */
  readonly kind: Task;
  readonly labels: Labels;
  readonly train: readonly ScannedExample[];
  readonly validation: readonly ScannedExample[];
  /** Weights to start from, head included. */
  readonly initial: Weights;
  /** Whether the start is a fitted head, with which its epochs are compared. */
  readonly guarded: boolean;
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
  trainer.reset(task.initial);
  try {
    const start = task.guarded ? await predictValidation(task, hooks) : null;
    if (from !== null) trainer.restore(from.state);
    for (;;) {
      const ending = await endingOf(task, hooks, epochs);
      if (ending !== null) return { ...(behind ? notBetter(ending) : ending), epochs, best };
      const { record, predictions } = await runEpoch(task, epochs, hooks);
      epochs.push(record);
      if (task.stopAfter !== undefined || bestEpoch(epochs) === record) {
        best = new Map([...trainer.weights(), ...task.constants]);
        behind = start !== null && isBehind(task, predictions, start);
      }
      await hooks.persist({ epochs, state: trainer.save(), best: best as Weights, behind });
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { status: 'failed', reason: error.message, epochs, best };
  }
}

/** Tells of a trial whose best epoch is worse than what it began with. */
const notBetter = (ending: Ending): Ending => ({
  ...ending,
  reason: `${ending.reason}; never better than the probe it started from`,
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

async function runEpoch(
  task: TrialTask,
  before: readonly EpochRecord[],
  hooks: TrialHooks,
): Promise<{ readonly record: EpochRecord; readonly predictions: Predictions }> {
  const started = performance.now();
  const epoch = before.length + 1;
  const { trainLoss, learningRate } = await trainEpoch(task, before, epoch, hooks);
  const predictions = await predictValidation(task, hooks);
  const onValidation = measured(task.kind, task.objective, predictions);
  const seconds = (performance.now() - started) / 1000;
  return { record: { epoch, trainLoss, ...onValidation, learningRate, seconds }, predictions };
}

/** How often an epoch goes through the training examples: often enough for the least of steps. */
const passesOf = ({ train, recipe }: TrialTask): number =>
  Math.ceil(recipe.leastSteps / Math.ceil(train.length / recipe.batch));

/** The training examples of an epoch in their order, each under one of its cached views. */
function plan(task: TrialTask, epoch: number): Looked[] {
  const { seed, name, modality, recipe } = task;
  const policy = policyOf(recipe);
  const views = viewCount(modality, policy, recipe.views);
  const passes = passesOf(task);
  return Array.from({ length: passes }, (_, pass) => {
    const keys = pass === 0 ? [epoch] : [epoch, pass];
    const order = createRandom(seed, 'order', name, ...keys).shuffle(task.train.map((_, i) => i));
    const turn = (epoch - 1) * passes + pass + 1;
    return order.map((i) =>
      look(modality, task.train[i] as ScannedExample, policy, (i + turn) % views, seed),
    );
  }).flat();
}

async function trainEpoch(
  task: TrialTask,
  before: readonly EpochRecord[],
  epoch: number,
  hooks: TrialHooks,
): Promise<{ trainLoss: number; learningRate: number }> {
  const { trainer, recipe, activations, kind, labels } = task;
  const schedule = createSchedule(recipe.schedule);
  const looked = plan(task, epoch);
  const batches = batchesOf(looked, trainer.batch, ({ example }) => activations.bucketOf(example));
  const stepsPerEpoch = batches.length;
  const totalSteps = stepsPerEpoch * task.epochs;
  const losses = before.map(({ validationLoss }) => validationLoss);
  let total = 0;
  let learningRate = 0;
  for (const [i, { bucket, items: part }] of batches.entries()) {
    hooks.signal?.throwIfAborted();
    const step = (epoch - 1) * stepsPerEpoch + i;
    hooks.onStep?.(step, totalSteps);
    learningRate = recipe.learningRate * schedule.factor({ step, totalSteps, stepsPerEpoch, losses });
    const { loss } = await trainer.step({
      examples: await activations.read(recipe.freezeDepth, part, bucket),
      bucket,
      targets: kind.targets(labelsOf(part.map(({ example }) => example)), trainer.batch, {
        labels,
        labelSmoothing: recipe.labelSmoothing,
      }),
      rates: warmed(
        ratesOf(trainer.groupCount, learningRate, recipe.layerDecay, task.stageRate),
        step,
        stepsPerEpoch,
      ),
      weightDecay: recipe.weightDecay,
      clip: recipe.clip,
      ...(recipe.dropout > 0 && { mask: maskOf(task, step) }),
    });
    total += loss * part.length;
  }
  return { trainLoss: total / looked.length, learningRate };
}

/** Pre-trained stages reach their rate over the first epoch; the head, which is fitted, has it at once. */
const warmed = (rates: readonly number[], step: number, stepsPerEpoch: number): number[] =>
  rates.map((rate, group) =>
    group === rates.length - 1 ? rate : rate * Math.min(1, (step + 1) / stepsPerEpoch),
  );

const maskOf = ({ seed, name, trainer, recipe }: TrialTask, step: number): Float32Array =>
  dropoutMask(createRandom(seed, 'dropout', name, step), trainer.batch * trainer.width, recipe.dropout);
