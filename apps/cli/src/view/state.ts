import type { StudyNews } from '@espalier/sdk';
import {
  bestEpoch,
  bestLoss,
  ranked,
  searchedTrials,
  timeLeft,
  trialName,
  type Objective,
  type ProbeRecord,
  type Progress,
  type SearchSpace,
  type TrialRecord,
} from '@espalier/study';
import { inSentence, writeIn } from '@espalier/study/words';

/** State of a running search for the views; only {@link follow} changes it. */
export interface SearchState {
  /** Trials of the search and baselines, by their names. */
  readonly trials: ReadonlyMap<string, TrialRecord>;
  /** The search space; null until it is known. */
  readonly space: SearchSpace | null;
  /** Metric by which trials are compared; null until it is known. */
  readonly objective: Objective | null;
  readonly probes: readonly ProbeRecord[];
  readonly stages: ReadonlyMap<string, number>;
  readonly progress: Progress | null;
  /** Seconds of the trials, and number of ended trials, since this process began. */
  readonly seconds: number;
  readonly ended: number;
  /** Seconds before the study was resumed. */
  readonly before: number;
}

export const emptyState: SearchState = {
  trials: new Map(),
  space: null,
  objective: null,
  probes: [],
  stages: new Map(),
  progress: null,
  seconds: 0,
  ended: 0,
  before: 0,
};

/** Computes the state after an event. */
export function follow(state: SearchState, event: StudyNews): SearchState {
  switch (event.kind) {
    case 'progress':
      return { ...state, progress: event };
    case 'backbone':
      return {
        ...state,
        stages: new Map([...state.stages, [event.prepared.backbone.id, event.prepared.stages.length]]),
      };
    case 'resumed':
      return { ...withAll(state, event.trials), before: event.elapsed };
    case 'trial-started':
      return withAll(state, [event.trial]);
    case 'trial-ended':
      return {
        ...withAll(state, [event.trial]),
        ended: state.ended + (event.trial.role === 'searched' ? 1 : 0),
      };
    case 'epoch': {
      const trial = state.trials.get(trialName(event));
      if (trial === undefined) return state;
      const epochs = [...trial.epochs.filter(({ epoch }) => epoch < event.record.epoch), event.record];
      return {
        ...state,
        seconds: state.seconds + (event.role === 'searched' ? event.record.seconds : 0),
        trials: new Map([...state.trials, [trialName(event), { ...trial, epochs }]]),
      };
    }
    case 'space':
      return { ...state, space: event.space, objective: event.objective };
    case 'cached':
    case 'data':
    case 'note':
      return state;
    case 'probed':
      return {
        ...state,
        probes: [...state.probes.filter(({ number }) => number !== event.record.number), event.record],
      };
  }
}

/** Replaces trials of the state. */
export const withAll = (state: SearchState, trials: readonly TrialRecord[]): SearchState => ({
  ...state,
  trials: new Map([...state.trials, ...trials.map((trial) => [trialName(trial), trial] as const)]),
});

/** Counts the ended trials of the search. */
export const endedTrials = ({ trials }: SearchState): number =>
  searchedTrials([...trials.values()]).filter(({ status }) => status !== 'running').length;

export interface Limits {
  readonly trials: number | null;
  readonly epochs: number;
  readonly seconds: number | null;
}

export interface Clock {
  /** Seconds since this process began, and since its current phase began. */
  readonly session: number;
  readonly phase: number;
}

/** Estimates the remaining seconds by {@link timeLeft}; null as long as there is no basis for it. */
export function secondsLeft(state: SearchState, limits: Limits, clock: Clock): number | null {
  const pace = {
    progress: state.progress,
    phaseSeconds: clock.phase,
    ended: endedTrials(state),
    trialSeconds: state.ended === 0 ? null : state.seconds / state.ended,
    atOnce: 1,
    elapsed: state.before + clock.session,
  };
  return timeLeft(pace, limits)?.seconds ?? null;
}

/** The best entry so far. */
export interface Leader {
  /** Name on the leaderboard. */
  readonly name: string;
  /** The objective; null where it has none. */
  readonly value: number | null;
}

/** Finds the entry with the lowest loss: cross-validated for probes, on the validation split for trials. */
export function bestSoFar(state: SearchState): Leader | null {
  const { trials, probes } = state;
  const entries = [
    ...probes.map(({ number, role, value, loss }) => ({ name: `${role}-${number}`, value, loss })),
    ...ranked([...trials.values()]).map((trial) => ({
      name: trialName(trial),
      value: bestValue(state, trial),
      loss: bestLoss(trial),
    })),
  ];
  const [first] = entries.sort((a, b) => a.loss - b.loss);
  return first ?? null;
}

/** The objective of a trial's best epoch. */
export const bestValue = ({ objective }: SearchState, { epochs }: TrialRecord): number | null =>
  (objective && bestEpoch(epochs)?.metrics[objective.name]) ?? null;

/** Formats a value of the objective; a dash where there is none. */
export const writeObjective = ({ objective }: SearchState, value: number | null): string =>
  value === null || objective === null ? '-' : writeIn(objective, value);

/** Label of the objective for a column or a sentence. */
export const objectiveLabel = ({ objective }: SearchState): string =>
  inSentence(objective?.label ?? 'Objective');
