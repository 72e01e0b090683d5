import type { StudyNews } from '@espalier/sdk';
import {
  bestEpoch,
  bestLoss,
  ranked,
  searchedTrials,
  timeLeft,
  trialName,
  type ProbeRecord,
  type Progress,
  type SearchSpace,
  type TrialRecord,
} from '@espalier/study';

/** What a view needs to know of a running search; changed by {@link follow} alone. */
export interface SearchState {
  /** Of the search and baselines, by their names. */
  readonly trials: ReadonlyMap<string, TrialRecord>;
  /** What is searched; null until that is known. */
  readonly space: SearchSpace | null;
  readonly probes: readonly ProbeRecord[];
  readonly stages: ReadonlyMap<string, number>;
  readonly progress: Progress | null;
  /** Seconds that trials took in this session, and how many have ended in it. */
  readonly seconds: number;
  readonly ended: number;
  /** Seconds that earlier sessions took. */
  readonly before: number;
}

export const emptyState: SearchState = {
  trials: new Map(),
  space: null,
  probes: [],
  stages: new Map(),
  progress: null,
  seconds: 0,
  ended: 0,
  before: 0,
};

/** The state after an event. */
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
      return { ...state, space: event.space };
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

/** The state with these trials as they stand now. */
export const withAll = (state: SearchState, trials: readonly TrialRecord[]): SearchState => ({
  ...state,
  trials: new Map([...state.trials, ...trials.map((trial) => [trialName(trial), trial] as const)]),
});

/** How many trials of the search have ended. */
export const endedTrials = ({ trials }: SearchState): number =>
  searchedTrials([...trials.values()]).filter(({ status }) => status !== 'running').length;

export interface Limits {
  readonly trials: number | null;
  readonly epochs: number;
  readonly seconds: number | null;
}

export interface Clock {
  /** Seconds since the start of this session, and of the phase it is in. */
  readonly session: number;
  readonly phase: number;
}

/** Seconds left, as {@link timeLeft} estimates them; null where there is nothing yet to go by. */
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

/** What leads so far. */
export interface Leader {
  /** What the leaderboard calls it. */
  readonly name: string;
  readonly accuracy: number;
}

/** The entry with the least loss, of probes by their folds and of trials by validation. */
export function bestSoFar({ trials, probes }: SearchState): Leader | null {
  const entries = [
    ...probes.map(({ number, role, accuracy, logLoss }) => ({
      name: `${role}-${number}`,
      accuracy,
      loss: logLoss,
    })),
    ...ranked([...trials.values()]).map((trial) => ({
      name: trialName(trial),
      accuracy: bestAccuracy(trial) ?? 0,
      loss: bestLoss(trial),
    })),
  ];
  const [first] = entries.sort((a, b) => a.loss - b.loss);
  return first ?? null;
}

export const bestAccuracy = (trial: TrialRecord): number | null =>
  bestEpoch(trial.epochs)?.metrics['accuracy'] ?? null;
