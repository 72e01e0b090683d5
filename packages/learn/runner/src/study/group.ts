import { decideTrial, epochsOf, LATE, timeLimit, type Ending } from '@espalier/search';
import { searchedTrials, type TrialRecord } from '@espalier/study';
import { methodFor } from '../methods/index.js';
import type { BesideRun, Together } from '../methods/method.js';
import { runOf, TOO_LATE } from './run.js';
import { TimeUp } from './session.js';
import { endTrial, type Work } from './work.js';

type Trials = readonly [TrialRecord, ...TrialRecord[]];

/** Trials that train side by side, in the order of their numbers. */
export interface Group {
  readonly together: Together;
  readonly trials: Trials;
  /** Trials that could have trained beside them, and have ended. */
  readonly ended: readonly TrialRecord[];
}

/** The trials that train side by side with the first that runs; null where it trains for itself. */
export async function groupOf({ session, course }: Work, first: TrialRecord): Promise<Group | null> {
  const { together } = methodFor(first.configuration);
  if (first.role === 'baseline' || together === undefined) return null;
  const key = await together.key(session, first.configuration);
  if (key === null) return null;
  const [trials, ended]: [[TrialRecord, ...TrialRecord[]], TrialRecord[]] = [[first], []];
  for (const trial of searchedTrials(course().trials)) {
    if (trial.number <= first.number || methodFor(trial.configuration).together !== together) continue;
    if ((await together.key(session, trial.configuration)) !== key) continue;
    (trial.status === 'running' ? trials : ended).push(trial);
  }
  return { together, trials, ended };
}

/** Trains trials side by side until each has ended or their time is up, within an epoch if need be. */
export async function runGroup(work: Work, { together, trials, ended }: Group): Promise<void> {
  const { session, course } = work;
  for (const trial of trials) session.emit({ kind: 'trial-started', trial });
  const runs = runsOf(work, trials, {
    decide: (trial, epochs) => decideTrial(course(), trial, epochs),
    goesOn: (trial) => ended.some((other) => endedBehind(other, trial)),
  });
  try {
    await together.train(session.until(timeLimit(course(), 'searched')), runs);
  } catch (error) {
    if (!(error instanceof TimeUp)) throw error;
    await endLate(work, together, trials);
  }
}

/**
 * Whether a trial ended behind the epoch that another has reached. Trials of a group are decided about in their
 * order, so that the other was to go on, even if nothing says so because the process was killed.
 */
const endedBehind = (other: TrialRecord, trial: TrialRecord): boolean =>
  other.number > trial.number && trial.epochs.length > 0 && other.epochs.length === trial.epochs.length;

/** Ends trials whose time is up, from their checkpoint, which has the weights of their best epochs. */
async function endLate(work: Work, together: Together, trials: Trials): Promise<void> {
  const started = trials.flatMap(({ number }) =>
    searchedTrials(work.course().trials).filter((one) => one.number === number && one.status === 'running'),
  );
  for (const trial of started) if (trial.epochs.length === 0) await endTrial(work, trial, TOO_LATE);
  const [first, ...others] = started.filter(({ epochs }) => epochs.length > 0);
  if (first === undefined) return;
  const late = runsOf(work, [first, ...others], { decide: () => LATE, goesOn: () => false });
  await together.train(work.session, late);
}

interface Deciding {
  decide(trial: TrialRecord, epochs: TrialRecord['epochs']): Ending | null | Promise<Ending | null>;
  goesOn(trial: TrialRecord): boolean;
}

function runsOf(
  work: Work,
  [first, ...others]: Trials,
  deciding: Deciding,
): readonly [BesideRun, ...BesideRun[]] {
  const runFor = (trial: TrialRecord): BesideRun => ({
    ...runOf(work.session, trial, {
      epochs: epochsOf(work.course(), trial),
      decide: (epochs) => deciding.decide(trial, epochs),
    }),
    goesOn: deciding.goesOn(trial),
    end: (outcome) => endTrial(work, trial, outcome),
  });
  return [runFor(first), ...others.map(runFor)];
}
