import {
  bestEpoch,
  bestLoss,
  ranked,
  type Configuration,
  type ProbeRecord,
  type StudyRequest,
  type TrialRecord,
  type TrialRole,
} from '@espalier/study';
import { methodOf, methods } from '../methods/index.js';
import { workOf } from '../space/work.js';
import type { Course } from './course.js';

/** Where a study stands, as far as the rest of its time depends on it. */
export type Timed = Pick<Course, 'settings' | 'space' | 'trainable' | 'probes' | 'trials'> &
  Partial<Pick<Course, 'featured'>>;

/** Seconds that a study keeps for what follows its search, by what it has measured of itself. */
export interface Reserve {
  /** For the baseline from random weights; 0 where not one epoch of it fits. */
  readonly baseline: number;
  /** For training the leading trial again, on folds and on all labels. */
  readonly comparing: number;
  /** For fitting the answer, measuring it and writing it. */
  readonly finishing: number;
}

/** Most of the time that the baseline may take. */
const BASELINE_SHARE = 0.2;
/** Most of the time that is kept for comparing; a trial that needs more cannot be compared in it. */
const COMPARING_SHARE = 0.5;
/** Part of the time, and limits in seconds, that checking the model and writing the report take. */
const WRITING = { share: 0.05, least: 2.5, most: 15 } as const;
/** Folds on which a trial is trained again, each with the rest of the labelled examples. */
const FOLDS = 5;
/** A leading trial whose loss is higher than the best probe's by more is not compared with it. */
const PROMISING = 1.1;
/** Forward passes that a training step of an example takes, as `work` counts it. */
const PASSES = 3;
/** How much slower a training graph runs than a frozen one of the same operations. */
const TRAINING_FACTOR = 1.5;
/** Examples of a batch, where nothing else is asked for. */
const USUAL_BATCH = 32;
/** Features that came faster than this were read from the cache, and tell nothing of the machine. */
const LEAST_SECONDS = 0.5;

/** Shares of all examples. */
function sharesOf({ dataset: { validation, test } }: StudyRequest) {
  return { train: 1 - validation - test, labelled: 1 - test, test, validation };
}

/** Seconds at the end of a study in which its model is checked and its report written. */
export const writingSeconds = (seconds: number): number =>
  Math.min(WRITING.most, Math.max(WRITING.least, WRITING.share * seconds));

/** What the rest of a study is expected to take. @param seconds that it may take in all */
export function reserveOf(timed: Timed, seconds: number): Reserve {
  const comparing = comparingSeconds(timed);
  return {
    baseline: baselineSeconds(timed, seconds),
    comparing: comparing > COMPARING_SHARE * seconds ? 0 : comparing,
    finishing: finishingSeconds(timed, seconds),
  };
}

/**
 * Seconds of a study after which its searched trials, or its baselines, have to end; Infinity without a limit
 * of time.
 */
export function timeLimit(timed: Timed, role: TrialRole): number {
  const { seconds } = timed.settings.budget;
  if (seconds === null) return Infinity;
  const { baseline, comparing, finishing } = reserveOf(timed, seconds);
  const kept = seconds - finishing - comparing;
  return kept - (role === 'searched' || baseline === 0 ? baseline : measuringSeconds(timed));
}

/** Seconds to measure the baseline on the test split. */
function measuringSeconds(timed: Timed): number {
  const { test, train } = sharesOf(timed.settings);
  const epoch = baselineEpoch(timed);
  return ((epoch ?? 0) * test) / (PASSES * train);
}

/** Says why no trial is begun any more, a sentence; null while there is time for one. */
export function timeSpent(
  course: Timed & Pick<Course, 'elapsed'>,
  next: Configuration | null,
): string | null {
  const { seconds } = course.settings.budget;
  if (seconds === null) return null;
  const first = next === null ? 0 : (epochSeconds(course, next) ?? 0) + cachingSeconds(course, next);
  if (course.elapsed + first < timeLimit(course, 'searched')) return null;
  const { baseline, comparing, finishing } = reserveOf(course, seconds);
  const kept = [
    ...(baseline > 0 ? [`${written(baseline)} for the baseline`] : []),
    ...(comparing > 0 ? [`${written(comparing)} for comparing the best trial`] : []),
    `${written(finishing)} for the answer and its report`,
  ];
  const passed = `${Math.round(course.elapsed)} of ${Math.round(seconds)} seconds have passed`;
  const wants = first > 0 && course.elapsed < timeLimit(course, 'searched');
  return (
    `The budget is spent: ${passed}, and ${listed(kept)} are kept` +
    `${wants ? `; the first epoch of another trial is expected to take ${written(first)}` : ''}.`
  );
}

const written = (seconds: number): string => `${Math.max(1, Math.round(seconds))} s`;

const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** Whether the first epoch of a baseline is expected to end in time. */
export function fitsBaseline(course: Timed & Pick<Course, 'elapsed'>, baseline: Configuration): boolean {
  const limit = timeLimit(course, 'baseline');
  return course.elapsed + (epochSeconds(course, baseline) ?? 0) < limit;
}

/**
 * Seconds that an epoch of a configuration is expected to take: those of the epoch with the likeliest amount of
 * work, by how their work differs; before the first epoch, by how long the features took. Null where neither tells.
 */
export function epochSeconds(timed: Timed, configuration: Configuration): number | null {
  if (methods.get(methodOf(configuration)).epochs !== null) return null;
  const own = workOf(timed.space, configuration);
  const [nearest] = timed.trials
    .filter((trial) => trial.epochs.length > 0 && methods.get(methodOf(trial.configuration)).epochs === null)
    .map((trial) => ({ work: workOf(timed.space, trial.configuration), seconds: secondsOf(trial) }))
    .sort((a, b) => Math.abs(Math.log(a.work / own)) - Math.abs(Math.log(b.work / own)));
  return nearest === undefined ? byFeatures(timed, configuration) : (nearest.seconds * own) / nearest.work;
}

/** What an epoch is estimated by before the first has been trained. */
export interface ForwardPass {
  /** Seconds that the frozen network takes for an example. */
  readonly seconds: number;
  /** Operations of a training step for an example, by the freeze depth. */
  readonly work: readonly number[];
}

/**
 * Seconds of an epoch by those of the frozen network for an example.
 *
 * @param own operations of a training step of the configuration for an example
 * @param examples of the training split
 */
export function epochByForward(
  { seconds, work }: ForwardPass,
  own: number,
  examples: number,
  { batch = USUAL_BATCH, leastSteps }: { readonly batch?: number; readonly leastSteps: number },
): number {
  const passes = Math.ceil(leastSteps / Math.ceil(examples / batch));
  const forward = (work[0] ?? NaN) / PASSES;
  return (seconds * examples * passes * TRAINING_FACTOR * own) / forward;
}

/** Seconds of an epoch by those that the frozen network took for the labelled examples. */
function byFeatures(
  { space, probes, featured, settings }: Timed,
  configuration: Configuration,
): number | null {
  const work = space.backbones.find(({ id }) => id === configuration.backbone)?.work;
  const [first] = probes;
  if (first === undefined || work === undefined || featured == null || featured < LEAST_SECONDS) return null;
  const { train, labelled } = sharesOf(settings);
  const examples = labelledExamples(first, settings);
  const pass = { seconds: featured / examples, work };
  return epochByForward(pass, workOf(space, configuration), (examples * train) / labelled, settings.training);
}

function labelledExamples({ basis, examples }: ProbeRecord, settings: StudyRequest): number {
  const { labelled, validation } = sharesOf(settings);
  return basis === 'folds' ? examples : (examples * labelled) / validation;
}

/** Mean seconds of a trial's epochs. */
const secondsOf = ({ epochs }: Pick<TrialRecord, 'epochs'>): number =>
  epochs.reduce((sum, { seconds }) => sum + seconds, 0) / epochs.length;

/** Seconds to compute the activations that the first trial of a backbone reads. */
function cachingSeconds({ trials, featured, settings }: Timed, { backbone }: Configuration): number {
  const known = trials.some(({ configuration }) => configuration.backbone === backbone);
  return known ? 0 : (featured ?? 0) / sharesOf(settings).labelled;
}

function baselineSeconds(timed: Timed, seconds: number): number {
  const { budget, baselineRates } = timed.settings;
  const epoch = baselineEpoch(timed);
  if (epoch === null) return 0;
  const most = BASELINE_SHARE * seconds;
  const measuring = measuringSeconds(timed);
  if (epoch + measuring > most) return 0;
  return Math.min(most, epoch * budget.epochs * baselineRates.length + measuring);
}

/** Seconds of an epoch of the winner's network from random weights; null where there is no such baseline. */
function baselineEpoch(timed: Timed): number | null {
  const { settings, trainable, trials } = timed;
  const [winner] = ranked(trials);
  if (!settings.baseline || winner === undefined) return null;
  const { backbone, values } = winner.configuration;
  if (!trainable.includes(backbone)) return null;
  const trained = { ...values, method: methods.names[0], freezeDepth: 0 };
  return epochSeconds(timed, { backbone, values: trained });
}

/** Seconds to train the leading trial again: on each fold, on all labels, and on the test split too. */
function comparingSeconds({ trials, probes, settings }: Timed): number {
  const [leader] = ranked(trials);
  const [probe] = probes.toSorted((a, b) => a.loss - b.loss);
  if (leader === undefined || probe === undefined) return 0;
  if (methods.get(methodOf(leader.configuration)).epochs !== null) return 0;
  if (bestLoss(leader) > PROMISING * probe.loss) return 0;
  const { train, labelled } = sharesOf(settings);
  const onLabelled = labelled / train;
  const onFolds = probe.basis === 'folds' ? FOLDS * (1 - 1 / FOLDS) * onLabelled : 0;
  const everything = learnsAll(settings, probe) ? 1 / train : 0;
  const epochs = bestEpoch(leader.epochs)?.epoch ?? 1;
  return epochs * secondsOf(leader) * (onFolds + onLabelled + everything);
}

const learnsAll = ({ useEverything }: StudyRequest, { basis }: ProbeRecord): boolean =>
  useEverything ?? basis === 'folds';

/** Seconds for the test split's features, for fitting the leading probe again, and for writing. */
function finishingSeconds({ probes, featured, settings }: Timed, seconds: number): number {
  const { test, labelled } = sharesOf(settings);
  const [leader] = probes.toSorted((a, b) => a.loss - b.loss);
  return ((featured ?? 0) * test) / labelled + (leader?.seconds ?? 0) + writingSeconds(seconds);
}
