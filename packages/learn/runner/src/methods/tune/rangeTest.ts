import { EngineError } from '@espalier/engine';
import { scientific, type Configuration } from '@espalier/study';
import { ratesOf } from '../../backbone/groups.js';
import type { Session } from '../../study/session.js';
import { batchesOfEpoch, trainOn } from '../../training/epoch.js';
import { compiled } from '../../training/persisted.js';
import type { CompiledTask, TrialTask } from '../../training/trial.js';

/** Steps of a test, and the rates that it begins and ends with. */
const STEPS = 81;
const [LOWEST, HIGHEST] = [1e-6, 1];
/** Steps at rates up to 1e-4, at which next to nothing is learnt: they tell how much losses differ by chance. */
const STILL = STEPS / 3;
/** How much of the mean of losses is of those before, and what is left of their deviation in it. */
const MEMORY = 0.8;
const REDUCTION = Math.sqrt((1 - MEMORY) / (1 + MEMORY));
/** Deviations by which a mean may be above the least by chance. */
const CHANCE = 2;

/**
 * Finds the highest learning rate of the head that a task bears: rates rise by the same factor from step to step,
 * and the last rate before the mean loss is above its least by more than chance is the bound (after Smith, 2017, for
 * heads that begin fitted, whose loss has hardly to fall). What it trains is not kept.
 *
 * @returns a rate from 1e-6 to 1
 */
export async function highestRate(task: CompiledTask, signal?: AbortSignal): Promise<number> {
  const { trainer, recipe, stageRate } = task;
  trainer.reset(task.initial);
  const still: number[] = [];
  let [mean, least, bound] = [NaN, Infinity, LOWEST];
  for (let step = 0, epoch = 1; step < STEPS; epoch++) {
    for (const batch of batchesOfEpoch(task, epoch).slice(0, STEPS - step)) {
      signal?.throwIfAborted();
      const rate = LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1));
      const rates = ratesOf(trainer.groupCount, rate, recipe.layerDecay, stageRate);
      const loss = await lossOf(task, batch, rates, step++);
      if (step <= STILL) {
        still.push(loss);
        mean = still.reduce((a, b) => a + b, 0) / still.length;
      } else mean = MEMORY * mean + (1 - MEMORY) * loss;
      const margin = CHANCE * REDUCTION * deviationOf(still);
      if (step > STILL && !(mean <= least + margin)) return bound;
      bound = rate;
      if (step >= STILL) least = Math.min(least, mean);
    }
  }
  return bound;
}

const deviationOf = (values: readonly number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

/** The loss of a step; infinite where it diverges. */
async function lossOf(
  task: CompiledTask,
  batch: Parameters<typeof trainOn>[1],
  rates: readonly number[],
  step: number,
): Promise<number> {
  try {
    return (await trainOn(task, batch, rates, step)).loss;
  } catch (error) {
    if (error instanceof EngineError) return Infinity;
    throw error;
  }
}

/** The bounds that were found, by what they were found for. */
const found = new WeakMap<Session['data'], Map<string, number>>();

/**
 * Bounds the rate of a task. The test is the same for all tasks of a backbone that train the same weights, whatever
 * else is varied.
 *
 * @param taskOf makes the task that is tested
 */
export async function bounded(
  session: Session,
  task: TrialTask,
  { backbone }: Configuration,
  taskOf: (name: string) => Promise<TrialTask>,
): Promise<TrialTask> {
  const { recipe } = task;
  if (recipe.rangeTest === 'off') return task;
  const { freezeDepth, frozenTail, adapterRank, normalisation, batch, optimizer, dropout } = recipe;
  const trained = [freezeDepth, frozenTail, adapterRank, normalisation];
  const head = recipe.start === 'random' ? ['random'] : [];
  const key = JSON.stringify([backbone, ...trained, batch, optimizer, dropout > 0, ...head]);
  const known = found.get(session.data) ?? new Map<string, number>();
  found.set(session.data, known);
  const highest =
    known.get(key) ??
    (await test(await compiled(session, await taskOf(`range test ${key}`)), session.signal));
  known.set(key, highest);
  if (recipe.learningRate <= highest) return task;
  return {
    ...task,
    recipe: { ...recipe, learningRate: highest },
    remark: `its learning rate was bounded at ${scientific(highest)} by a range test`,
  };
}

/** Tests a task without what is varied besides its weights. */
const test = (task: CompiledTask, signal: AbortSignal): Promise<number> => {
  const plain = { layerDecay: 1, weightDecay: 0, dropout: 0, labelSmoothing: 0, mixup: 0 };
  return highestRate({ ...task, recipe: { ...task.recipe, ...plain, augmentation: 'none' } }, signal);
};
