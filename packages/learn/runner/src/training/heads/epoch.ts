import type { EngineError, HeadsTrainer } from '@espalier/engine';
import type { Predictions } from '@espalier/metrics';
import { plainLook } from '../../caching/look.js';
import type { WeightMean } from '../averaging.js';
import type { Checkpoint, Checkpoints, Weights } from '../checkpoint.js';
import { predictHeads } from '../predictions.js';
import { advance, betterOf, isOfSeveral, meanAfter } from '../progress.js';
import type { TrialHooks, TrialTask } from '../trial.js';
import { endFailed, type Member } from './member.js';
import { trainHeads, type EpochOfHead } from './train.js';

export interface HeadsHooks extends Pick<TrialHooks, 'signal' | 'onStep'> {
  /** Keeps an epoch of all heads that train on. */
  readonly persist: (checkpoints: Checkpoints) => Promise<void>;
}

/** Trains all by an epoch and keeps it; those whose loss or weights are no numbers end with it. */
export async function runEpoch(
  trainer: HeadsTrainer,
  members: readonly Member[],
  hooks: HeadsHooks,
): Promise<Member[]> {
  const started = performance.now();
  const trained = await endFailed(trainer, members, await trainHeads(trainer, members, hooks));
  const [first] = trained.keys();
  if (first === undefined) return [];
  const answers = await predictValidation(trainer, first.task, hooks);
  const sound = await endFailed(trainer, trained.keys(), answers);
  const means = new Map([...sound.keys()].map((member) => [member, meanOf(trainer, member)]));
  const averaged = await predictMeans(trainer, means, hooks);
  // The time of all, shared: what a head costs beside the others.
  const seconds = (performance.now() - started) / 1000 / members.length;
  const ends = [...sound].map(([member, predictions]) => {
    const { name } = member.task;
    const epoch = { ...(trained.get(member) as EpochOfHead), seconds };
    const mean = means.get(member) ?? null;
    const own = { weights: trainer.weights(name), predictions };
    return closeEpoch(member, own, { epoch, mean, averaged: averaged.get(name) ?? null });
  });
  const kept = ends.map(({ task: { name }, progress }): [string, Checkpoint] => [
    name,
    { ...progress, state: trainer.save(name) },
  ]);
  if (kept.length > 0) await hooks.persist(new Map(kept));
  return ends;
}

interface Own {
  readonly weights: Weights;
  readonly predictions: Predictions;
}

interface EpochEnd {
  readonly epoch: EpochOfHead & { readonly seconds: number };
  readonly mean: WeightMean | null;
  /** What the mean answers; null where it is not another answer. */
  readonly averaged: Predictions | null;
}

/** Takes an epoch into a head's progress. */
function closeEpoch(
  member: Member,
  own: Own,
  { epoch, mean, averaged }: EpochEnd,
): Member & { readonly progress: ReturnType<typeof advance> } {
  const { task, progress, start } = member;
  const answering =
    mean === null || averaged === null
      ? own
      : betterOf(task, own, { weights: mean.weights, predictions: averaged, averaged: mean.count });
  return { ...member, progress: advance(task, progress, start, { ...epoch, answering, mean }) };
}

const meanOf = (trainer: HeadsTrainer, { task, progress }: Member): WeightMean | null =>
  meanAfter(task, progress, trainer.weights(task.name));

/** What the means of weights answer that are of several epochs; the heads stand afterwards as they stood. */
async function predictMeans(
  trainer: HeadsTrainer,
  means: ReadonlyMap<Member, WeightMean | null>,
  hooks: HeadsHooks,
): Promise<ReadonlyMap<string, Predictions>> {
  const several = [...means].flatMap(([{ task }, mean]) => (isOfSeveral(mean) ? [{ task, mean }] : []));
  const [first] = several;
  if (first === undefined) return new Map();
  const states = several.map(({ task }) => [task.name, trainer.save(task.name)] as const);
  for (const { task, mean } of several) trainer.reset(task.name, mean.weights);
  const answers = requireSound(await predictValidation(trainer, first.task, hooks));
  for (const [name, state] of states) trainer.restore(name, state);
  return new Map([...answers].filter(([name]) => several.some(({ task }) => task.name === name)));
}

/** What all heads answer about the validation examples. */
export const predictValidation = (
  trainer: HeadsTrainer,
  task: TrialTask,
  { signal }: Pick<HeadsHooks, 'signal'>,
): ReturnType<typeof predictHeads> =>
  predictHeads(
    { ...task, depth: task.recipe.freezeDepth, ...(signal && { signal }) },
    trainer,
    task.validation.map((example) => plainLook(task.modality, example)),
  );

/** @throws EngineError where a head answers nothing, although its weights are numbers */
export function requireSound(
  answers: ReadonlyMap<string, Predictions | EngineError>,
): ReadonlyMap<string, Predictions> {
  return new Map(
    [...answers].map(([name, answer]) => {
      if (answer instanceof Error) throw answer;
      return [name, answer];
    }),
  );
}
