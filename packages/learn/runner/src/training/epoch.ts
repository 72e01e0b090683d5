import { viewCount, type ScannedExample } from '@espalier/data';
import { dropoutMask, type Examples, type StepResult } from '@espalier/engine';
import { createRandom } from '@espalier/base/random';
import { createSchedule } from '@espalier/search';
import type { EpochRecord } from '@espalier/study';
import { ratesOf } from '../backbone/groups.js';
import { look, type Looked } from '../caching/look.js';
import { batchesOf, type Batch } from '../caching/batches.js';
import { labelsOf } from '../study/examples.js';
import { policyOf } from '../study/recipe.js';
import { mixPairs } from './mixup.js';
import type { Trained } from './progress.js';
import type { CompiledTask, TrialHooks, TrialTask } from './trial.js';

/** How often an epoch goes through the training examples: often enough for the least of steps. */
const passesOf = ({ train, recipe }: TrialTask): number =>
  Math.ceil(recipe.leastSteps / Math.ceil(train.length / recipe.batch));

/** The training examples of an epoch in their order, each under one of its cached views. */
function plan(task: TrialTask, epoch: number): Looked[] {
  const { seed, order: named, modality, recipe } = task;
  const policy = policyOf(recipe);
  const views = viewCount(modality, policy, recipe.views);
  const passes = passesOf(task);
  return Array.from({ length: passes }, (_, pass) => {
    const keys = pass === 0 ? [epoch] : [epoch, pass];
    const order = createRandom(seed, 'order', named, ...keys).shuffle(task.train.map((_, i) => i));
    const turn = (epoch - 1) * passes + pass + 1;
    return order.map((i) =>
      look(modality, task.train[i] as ScannedExample, policy, (i + turn) % views, seed),
    );
  }).flat();
}

/** The batches of an epoch in their order. */
export const batchesOfEpoch = (task: TrialTask, epoch: number): Batch<Looked>[] =>
  batchesOf(plan(task, epoch), task.recipe.batch, ({ example }) => task.activations.bucketOf(example));

/** Where a step stands in a trial. */
interface StepPlace {
  /** From 0. */
  readonly step: number;
  readonly stepsPerEpoch: number;
}

/** The learning rate of the head at a step. @param before the epochs before that of the step */
export function rateAt(
  { recipe, epochs }: TrialTask,
  before: readonly EpochRecord[],
  { step, stepsPerEpoch }: StepPlace,
): number {
  const losses = before.map(({ validationLoss }) => validationLoss);
  const moment = { step, totalSteps: stepsPerEpoch * epochs, stepsPerEpoch, losses };
  return recipe.learningRate * createSchedule(recipe.schedule).factor(moment);
}

/** Trains on all batches of the epoch behind some. */
export async function trainEpoch(
  task: CompiledTask,
  before: readonly EpochRecord[],
  hooks: Pick<TrialHooks, 'signal' | 'onStep'>,
): Promise<Omit<Trained, 'seconds'>> {
  const { trainer, recipe } = task;
  const batches = batchesOfEpoch(task, before.length + 1);
  const stepsPerEpoch = batches.length;
  let [total, examples, learningRate] = [0, 0, 0];
  for (const [i, batch] of batches.entries()) {
    hooks.signal?.throwIfAborted();
    const step = before.length * stepsPerEpoch + i;
    hooks.onStep?.(step, stepsPerEpoch * task.epochs);
    learningRate = rateAt(task, before, { step, stepsPerEpoch });
    const rates = ratesOf(trainer.groupCount, learningRate, recipe.layerDecay, task.stageRate);
    const { loss } = await trainOn(task, batch, warmed(rates, step, stepsPerEpoch), step);
    total += loss * batch.items.length;
    examples += batch.items.length;
  }
  return { trainLoss: total / examples, learningRate };
}

/** The cached activations of a batch. */
export const readBatch = (
  { activations, recipe }: TrialTask,
  { bucket, items }: Batch<Looked>,
): Promise<Examples> => activations.read(recipe.freezeDepth, items, bucket);

/** What a batch is to be answered with. */
export const targetsOf = ({ kind, labels, recipe }: TrialTask, { items }: Batch<Looked>): Float32Array =>
  kind.targets(labelsOf(items.map(({ example }) => example)), recipe.batch, {
    labels,
    labelSmoothing: recipe.labelSmoothing,
  });

/** Trains by one step. @param step its number, which names its random draws */
export async function trainOn(
  task: CompiledTask,
  batch: Batch<Looked>,
  rates: readonly number[],
  step: number,
): Promise<StepResult> {
  const { trainer, recipe } = task;
  const { bucket, items } = batch;
  const examples = await readBatch(task, batch);
  const targets = targetsOf(task, batch);
  if (recipe.mixup > 0) {
    const random = createRandom(task.seed, 'mixup', task.name, step);
    mixPairs({ examples, targets, rows: items.length, batch: trainer.batch }, recipe.mixup, random);
  }
  return trainer.step({
    ...{ examples, bucket, targets, rates },
    weightDecay: recipe.weightDecay,
    clip: recipe.clip,
    ...(recipe.dropout > 0 && { mask: maskOf(task, trainer.width, step) }),
  });
}

/** Pre-trained stages reach their rate over the first epoch; the head, which is fitted, has it at once. */
const warmed = (rates: readonly number[], step: number, stepsPerEpoch: number): number[] =>
  rates.map((rate, group) =>
    group === rates.length - 1 ? rate : rate * Math.min(1, (step + 1) / stepsPerEpoch),
  );

/** The mask of a step that drops features, [batch, width]. */
export const maskOf = ({ seed, order, recipe }: TrialTask, width: number, step: number): Float32Array =>
  dropoutMask(createRandom(seed, 'dropout', order, step), recipe.batch * width, recipe.dropout);
