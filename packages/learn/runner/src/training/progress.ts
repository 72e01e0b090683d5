import { counted } from '@espalier/data';
import type { Predictions } from '@espalier/metrics';
import { pairedDifference } from '@espalier/probes';
import { earlyStopping, type Ending } from '@espalier/search';
import { bestEpoch, gainOf, type EpochRecord } from '@espalier/study';
import { measured, metricsOf } from '@espalier/tasks';
import { addToMean, isAveraged, type WeightMean } from './averaging.js';
import type { Checkpoint, Progress, Weights } from './checkpoint.js';
import type { TrialHooks, TrialOutcome, TrialTask } from './trial.js';

/** Where a trial stands before its first epoch, or at its checkpoint. */
export const progressOf = (from: Checkpoint | null): Progress =>
  from === null
    ? { epochs: [], best: null, mean: null, behind: false }
    : { epochs: from.epochs, best: from.best, mean: from.mean, behind: from.behind };

/** Weights with what they answer about the validation examples. */
export interface Answering {
  readonly weights: Weights;
  readonly predictions: Predictions;
  /** Epochs whose weights they are the average of. */
  readonly averaged?: number;
}

/** An epoch that was trained. */
export interface Trained {
  readonly trainLoss: number;
  /** The last learning rate of the head. */
  readonly learningRate: number;
  readonly seconds: number;
}

/** The mean of the weights of the last epochs, that of the next included; null where they are not averaged yet. */
export function meanAfter(
  { recipe, epochs }: TrialTask,
  progress: Progress,
  weights: Weights,
): WeightMean | null {
  const averages = recipe.averaging === 'epochs' && isAveraged(progress.epochs.length + 1, epochs);
  return averages ? addToMean(progress.mean, weights) : null;
}

/** Whether a mean is of several epochs, so that it is another answer than the last of them. */
export const isOfSeveral = (mean: WeightMean | null): mean is WeightMean => mean !== null && mean.count > 1;

/** The weights of an epoch, or their average with those before where that answers better. */
export function betterOf(task: TrialTask, own: Answering, averaged: Answering): Answering {
  const { kind, keepsAverage } = task;
  const adopted = keepsAverage ?? kind.meanLoss(averaged.predictions) < kind.meanLoss(own.predictions);
  return adopted ? averaged : own;
}

/**
 * Takes an epoch into a trial's progress.
 *
 * @param start what the trial answered before it learnt anything; null where that is not compared
 */
export function advance(
  task: TrialTask,
  progress: Progress,
  start: Predictions | null,
  {
    answering,
    mean,
    ...trained
  }: Trained & { readonly answering: Answering; readonly mean: WeightMean | null },
): Progress & Pick<Checkpoint, 'best'> {
  const { weights, predictions, averaged } = answering;
  const record: EpochRecord = {
    epoch: progress.epochs.length + 1,
    trainLoss: trained.trainLoss,
    ...measured(task.kind, task.objective, predictions),
    learningRate: trained.learningRate,
    seconds: trained.seconds,
    ...(averaged !== undefined && { averaged }),
  };
  const epochs = [...progress.epochs, record];
  const isBest = task.stopAfter !== undefined || bestEpoch(epochs) === record;
  if (!isBest && progress.best !== null) return { ...progress, best: progress.best, epochs, mean };
  const best = new Map([...weights, ...task.constants]);
  return { epochs, best, mean, behind: start !== null && isBehind(task, predictions, start) };
}

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

/** A pure function of the epochs so far, so that a trial that is resumed ends where it would have. */
export async function endingOf(
  task: TrialTask,
  decide: TrialHooks['decide'],
  epochs: readonly EpochRecord[],
): Promise<Ending | null> {
  const { patience } = task.recipe;
  if (epochs.length >= (task.stopAfter ?? task.epochs)) return { status: 'complete', reason: 'all epochs' };
  if (epochs.length === 0) return null;
  const gains = epochs.map((epoch) => gainOf(epoch, task.objective));
  if (earlyStopping({ patience })(gains)) {
    return { status: 'complete', reason: `no better for ${counted(patience ?? 0, 'epoch')}` };
  }
  return decide(epochs);
}

/** How a trial ended, with what is told of it besides. */
export function outcomeOf(
  task: TrialTask,
  { epochs, best, behind }: Progress,
  start: Predictions | null,
  ending: Ending,
): TrialOutcome {
  const improved = start === null ? {} : { improved: hasImproved(task, epochs, start) };
  const clauses = [
    ending.reason,
    ...(behind ? [`never better than ${task.beginning}`] : []),
    ...(task.remark === undefined ? [] : [task.remark]),
  ];
  return { status: ending.status, reason: clauses.join('; '), epochs, best, ...improved };
}

const hasImproved = ({ kind }: TrialTask, epochs: readonly EpochRecord[], start: Predictions): boolean =>
  (bestEpoch(epochs)?.validationLoss ?? Infinity) < kind.meanLoss(start);

/** How a trial ended whose weights or loss are no numbers. */
export const failureOf = ({ epochs, best }: Progress, { message }: Error): TrialOutcome => ({
  status: 'failed',
  reason: message,
  epochs,
  best,
});
