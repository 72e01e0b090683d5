import {
  searchedTrials,
  type EpochRecord,
  type Measured,
  type Objective,
  type ProbeRecord,
  type SearchSpace,
  type StudyRequest,
  type TrialKey,
  type TrialRecord,
} from '@espalier/study';
import type { EarlierTrial } from '@espalier/study/experience';
import { methodOf, methods } from '../methods/index.js';
import { pruners } from '../pruners/registry.js';
import { overIn } from '../costs/limits.js';
import { allowedSpace, networkOf } from '../space/allowed.js';
import { samplers } from '../samplers/registry.js';
import type { Suggestion } from '../samplers/sampler.js';
import { affordableSpace } from './affordable.js';
import { missingBaseline } from './baselines.js';
import { checkBudget } from './budget.js';
import { epochsLeft, usage } from './budgets.js';
import { nothingToGain } from './regret.js';
import { spentOn, trainingCosts } from './spent.js';
import { observedTrial, requestOf } from './request.js';
import { timeLimit, timeSpent, type Timed } from './reserve.js';
import { startOf } from './unfreezing.js';

/** Where a study stands, as far as it decides what comes next. */
export interface Course {
  readonly settings: StudyRequest;
  readonly space: SearchSpace;
  readonly objective: Pick<Objective, 'name' | 'direction' | 'unit'>;
  /** Ids of the backbones that can be trained as a whole, and so from random weights. */
  readonly trainable: readonly string[];
  /** What linear classifiers reach on the frozen features. */
  readonly probes: readonly ProbeRecord[];
  readonly trials: readonly TrialRecord[];
  /** Trials to begin with before a sampler is asked, such as the best of an earlier study; none by default. */
  readonly first?: readonly FirstTrial[];
  /** Trials of earlier studies that samplers may learn from; none by default. */
  readonly experience?: readonly EarlierTrial[];
  /** Why the search ended; null while it goes on. */
  readonly searchEnded: string | null;
  /** Whether trials have started and nothing has become of any since; absent where none are started beside others. */
  readonly starting?: boolean;
  /** Seconds of work so far. */
  readonly elapsed: number;
  /** Seconds that the first features of the labelled examples took; null or absent where it is not known. */
  readonly featured?: number | null;
  /** What networks cost, as far as it was measured. */
  readonly measured?: Measured;
}

/** A configuration that somebody else than the sampler chose, and why. */
export type FirstTrial = Pick<TrialRecord, 'configuration'> & { readonly why: string };

/** A trial that is to begin. */
export type NewTrial = Pick<TrialRecord, 'role' | 'number' | 'configuration' | 'why' | 'startedFrom'>;

/** What a study needs next. */
export type Step =
  /** Another trial, of at most some epochs. */
  | { readonly kind: 'trial'; readonly trial: NewTrial; readonly epochs: number }
  /** The search is over; it is asked again once that is recorded. */
  | { readonly kind: 'end-search'; readonly reason: string }
  /** All trials are over: the answer is chosen, measured and written. */
  | { readonly kind: 'finish' }
  /** Nothing, until a trial that runs has ended. */
  | { readonly kind: 'wait' };

const isRunning = ({ status }: TrialRecord): boolean => status === 'running';

/**
 * Decides what a study does next, from its history alone: a study that goes on elsewhere, or after a
 * crash, takes the same course.
 *
 * @param slots trials that may run at once
 * @throws SearchError where there is no sampler of the name, or the space cannot be searched
 */
export async function nextStep(course: Course, slots: number): Promise<Step> {
  const { trials, settings, searchEnded } = course;
  const running = trials.filter(isRunning).length;
  if (searchEnded === null) {
    if (running >= slots) return { kind: 'wait' };
    const suggested = await suggestTrial(course);
    // What still runs may leave epochs that another trial can have.
    return suggested.kind === 'end-search' && running > 0 ? { kind: 'wait' } : suggested;
  }
  const baseline = missingBaseline(course);
  if (baseline !== null) {
    if (running >= slots) return { kind: 'wait' };
    return { kind: 'trial', trial: baseline, epochs: settings.budget.epochs };
  }
  return running > 0 ? { kind: 'wait' } : { kind: 'finish' };
}

/** The next trial of a search, or why there is none. */
export async function suggestTrial(course: Course): Promise<Extract<Step, { kind: 'trial' | 'end-search' }>> {
  const { settings, trials, elapsed } = course;
  const searched = searchedTrials(trials);
  const counted = { ...settings.budget, seconds: null };
  const verdict = checkBudget(counted, usage(settings, searched, elapsed));
  if (verdict.kind === 'spent') return { kind: 'end-search', reason: verdict.reason };
  const late = timeSpent(course, null);
  if (late !== null) return { kind: 'end-search', reason: late };
  const space = searchedSpace(course);
  if (space === null) return { kind: 'end-search', reason: NOTHING_ALLOWED };
  const first = course.first?.filter(({ configuration }) => allowsIn(course)(networkOf(configuration)))[
    searched.length
  ];
  if (first !== undefined) return trialStep(course, first, null);
  const within = { ...course, space };
  const request = requestOf(within);
  const sampler = samplers.get(settings.sampler);
  const enough =
    settings.budget.exhaust || sampler.left || settings.also?.length
      ? null
      : nothingToGain({ ...request, experience: [] });
  if (enough !== null) return { kind: 'end-search', reason: enough };
  const suggested = await sampler.suggest(request);
  if (suggested === null) {
    return { kind: 'end-search', reason: 'Every configuration of the search space has been tried.' };
  }
  const step = suggestedStep(course, suggested);
  const cheaper = step.kind === 'end-search' ? affordableSpace(within) : null;
  const instead = cheaper && (await sampler.suggest({ ...request, space: cheaper }));
  return instead === null ? step : suggestedStep(course, { ...instead, why: cheaperOnly(instead) });
}

const NOTHING_ALLOWED =
  'No network that could be trained is within the limits: linear classifiers alone are compared.';

/** Whether a network is within the limits of its study, as far as it was measured. */
const allowsIn =
  ({ settings, measured = {} }: Pick<Course, 'settings' | 'measured'>) =>
  (network: string): boolean =>
    overIn(settings.limits ?? {}, measured[network] ?? {}).length === 0;

/** The part of a study's space whose networks are within its limits; null where that is nothing. */
export const searchedSpace = (course: Pick<Course, 'settings' | 'space' | 'measured'>): SearchSpace | null =>
  Object.keys(course.settings.limits ?? {}).length === 0
    ? course.space
    : allowedSpace(course.space, allowsIn(course));

const cheaperOnly = ({ why = '' }: Suggestion): string =>
  `${why} Only what is expected to fit the time was considered.`.trim();

type Suggested = Extract<Step, { kind: 'trial' | 'end-search' }>;

const suggestedStep = (course: Course, { why, ...configuration }: Suggestion): Suggested =>
  trialStep(course, { configuration, why }, startOf(searchedTrials(course.trials), configuration));

/** A trial, or that there is no time for its first epoch. */
function trialStep(
  course: Course,
  { configuration, why }: Pick<TrialRecord, 'configuration' | 'why'>,
  start: TrialRecord | null,
): Suggested {
  const { settings } = course;
  const searched = searchedTrials(course.trials);
  const tooLate = timeSpent(course, configuration);
  if (tooLate !== null) return { kind: 'end-search', reason: tooLate };
  const number = searched.length;
  const trial = begunFrom(start, { role: 'searched', number, configuration, why });
  const most = methods.get(methodOf(configuration)).epochs ?? Infinity;
  return { kind: 'trial', trial, epochs: Math.min(most, epochsLeft(settings, searched)) };
}

/** A trial with where it begins, which its reason ends with. */
function begunFrom(start: TrialRecord | null, { why, ...trial }: NewTrial): NewTrial {
  if (start === null) return { ...trial, ...(why !== undefined && { why }) };
  const begins = `It begins with what trial ${start.number} has learnt.`;
  return { ...trial, why: why === undefined ? begins : `${why} ${begins}`, startedFrom: start.number };
}

/** Why a trial ends before its last epoch. */
export interface Ending {
  readonly status: 'complete' | 'pruned' | 'failed';
  readonly reason: string;
}

/** How a trial ends whose time is up. */
export const LATE: Ending = { status: 'complete', reason: 'the time is up' };

/** How a trial ends that would cost more than is allowed. */
const DEAR: Ending = { status: 'complete', reason: 'another epoch would cost more than is allowed' };

/** Whether another epoch, which takes as long as the last, would break a limit. */
function isDear(
  { settings, trials }: Pick<Course, 'settings' | 'trials'>,
  trial: NewTrial,
  epochs: readonly EpochRecord[],
): boolean {
  const { seconds } = spentOn(trials, { ...trial, epochs });
  const next = trainingCosts({ seconds: seconds + (epochs.at(-1)?.seconds ?? 0) });
  return overIn(settings.limits ?? {}, next).length > 0;
}

/** What decides whether a trial goes on. */
export type Deciding = Timed & Pick<Course, 'objective' | 'elapsed'>;

/**
 * Decides whether time or the pruner end a trial behind an epoch; null to train on.
 *
 * @param epochs of the trial so far
 */
export async function decideTrial(
  course: Deciding,
  trial: NewTrial,
  epochs: readonly EpochRecord[],
): Promise<Ending | null> {
  const { settings, trials, objective, elapsed } = course;
  // The next epoch would take as long as the last.
  if (elapsed + (epochs.at(-1)?.seconds ?? 0) > timeLimit(course, trial.role)) return LATE;
  if (trial.role === 'baseline') return null;
  if (isDear(course, trial, epochs)) return DEAR;
  const pruner = pruners.get(settings.pruner)({ epochs: settings.budget.epochs });
  // Epochs of methods that learn differently tell nothing of each other.
  const method = methodOf(trial.configuration);
  const others = searchedTrials(trials).filter(
    ({ number, configuration }) => number !== trial.number && methodOf(configuration) === method,
  );
  const stop = await pruner.shouldStop({
    trial: observedTrial({ ...trial, status: 'running', reason: '', epochs }, objective),
    history: others.map((other) => observedTrial(other, objective)),
  });
  return stop ? { status: 'pruned', reason: `behind the others at epoch ${epochs.length}` } : null;
}

/** The most epochs of a trial that has begun already. */
export const epochsOf = ({ settings, trials }: Pick<Course, 'settings' | 'trials'>, key: TrialKey): number =>
  key.role === 'baseline'
    ? settings.budget.epochs
    : epochsLeft(
        settings,
        searchedTrials(trials).filter(({ number }) => number !== key.number),
      );

/** Says what goes on in place of a plugin's sampler or pruner in this process, a sentence each. */
export const replacedIn = ({ sampler, pruner, budget }: StudyRequest): readonly string[] =>
  [samplers.get(sampler), pruners.get(pruner)({ epochs: budget.epochs })].flatMap(
    (one) => one.replaced?.() ?? [],
  );
