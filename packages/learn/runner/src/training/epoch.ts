import { viewCount, type ScannedExample } from '@espalier/data';
import { dropoutMask, type StepResult } from '@espalier/engine';
import { createRandom } from '@espalier/base/random';
import { createSchedule } from '@espalier/search';
import type { EpochRecord } from '@espalier/study';
import { ratesOf } from '../backbone/groups.js';
import { look, type Looked } from '../caching/look.js';
import { batchesOf, type Batch } from '../caching/batches.js';
import { labelsOf } from '../study/examples.js';
import { policyOf } from '../study/recipe.js';
import { mixPairs } from './mixup.js';
import type { TrialHooks, TrialTask } from './trial.js';

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

/** The batches of an epoch in their order. */
export const batchesOfEpoch = (task: TrialTask, epoch: number): Batch<Looked>[] =>
  batchesOf(plan(task, epoch), task.trainer.batch, ({ example }) => task.activations.bucketOf(example));

/** Trains on all batches of an epoch. */
export async function trainEpoch(
  task: TrialTask,
  before: readonly EpochRecord[],
  epoch: number,
  hooks: TrialHooks,
): Promise<{ trainLoss: number; learningRate: number }> {
  const { trainer, recipe } = task;
  const schedule = createSchedule(recipe.schedule);
  const batches = batchesOfEpoch(task, epoch);
  const stepsPerEpoch = batches.length;
  const totalSteps = stepsPerEpoch * task.epochs;
  const losses = before.map(({ validationLoss }) => validationLoss);
  let [total, examples, learningRate] = [0, 0, 0];
  for (const [i, batch] of batches.entries()) {
    hooks.signal?.throwIfAborted();
    const step = (epoch - 1) * stepsPerEpoch + i;
    hooks.onStep?.(step, totalSteps);
    learningRate = recipe.learningRate * schedule.factor({ step, totalSteps, stepsPerEpoch, losses });
    const rates = ratesOf(trainer.groupCount, learningRate, recipe.layerDecay, task.stageRate);
    const { loss } = await trainOn(task, batch, warmed(rates, step, stepsPerEpoch), step);
    total += loss * batch.items.length;
    examples += batch.items.length;
  }
  return { trainLoss: total / examples, learningRate };
}

/** Trains by one step. @param step its number, which names its random draws */
export async function trainOn(
  task: TrialTask,
  { bucket, items }: Batch<Looked>,
  rates: readonly number[],
  step: number,
): Promise<StepResult> {
  const { trainer, recipe, activations, kind, labels } = task;
  const examples = await activations.read(recipe.freezeDepth, items, bucket);
  const targets = kind.targets(labelsOf(items.map(({ example }) => example)), trainer.batch, {
    labels,
    labelSmoothing: recipe.labelSmoothing,
  });
  if (recipe.mixup > 0) {
    const random = createRandom(task.seed, 'mixup', task.name, step);
    mixPairs({ examples, targets, rows: items.length, batch: trainer.batch }, recipe.mixup, random);
  }
  return trainer.step({
    ...{ examples, bucket, targets, rates },
    weightDecay: recipe.weightDecay,
    clip: recipe.clip,
    ...(recipe.dropout > 0 && { mask: maskOf(task, step) }),
  });
}

/** Pre-trained stages reach their rate over the first epoch; the head, which is fitted, has it at once. */
const warmed = (rates: readonly number[], step: number, stepsPerEpoch: number): number[] =>
  rates.map((rate, group) =>
    group === rates.length - 1 ? rate : rate * Math.min(1, (step + 1) / stepsPerEpoch),
  );

const maskOf = ({ seed, name, trainer, recipe }: TrialTask, step: number): Float32Array =>
  dropoutMask(createRandom(seed, 'dropout', name, step), trainer.batch * trainer.width, recipe.dropout);
