import { bestEpoch, ranked, type Phase, type StudyEvent, type TrialRecord } from '@espalier/runner';

/** What a view needs to know of a running search; changed by {@link follow} alone. */
export interface SearchState {
  readonly trials: ReadonlyMap<number, TrialRecord>;
  readonly stages: ReadonlyMap<string, number>;
  readonly progress: { readonly phase: Phase; readonly done: number; readonly total: number } | null;
  /** Seconds trials took in this session, and epochs trained in it. */
  readonly seconds: number;
  readonly epochs: number;
}

export const emptyState: SearchState = {
  trials: new Map(),
  stages: new Map(),
  progress: null,
  seconds: 0,
  epochs: 0,
};

/** The state after an event. */
export function follow(state: SearchState, event: StudyEvent): SearchState {
  switch (event.kind) {
    case 'progress':
      return { ...state, progress: event };
    case 'backbone':
      return {
        ...state,
        stages: new Map([...state.stages, [event.prepared.backbone.id, event.prepared.stages.length]]),
      };
    case 'trial-started':
    case 'trial-ended':
      return { ...state, trials: new Map([...state.trials, [event.trial.number, event.trial]]) };
    case 'epoch': {
      const trial = state.trials.get(event.number);
      if (trial === undefined) return state;
      const epochs = [...trial.epochs.filter(({ epoch }) => epoch < event.record.epoch), event.record];
      return {
        ...state,
        seconds: state.seconds + event.record.seconds,
        epochs: state.epochs + 1,
        trials: new Map([...state.trials, [event.number, { ...trial, epochs }]]),
      };
    }
    case 'scratch-epoch':
      return { ...state, seconds: state.seconds + event.record.seconds };
    case 'cached':
    case 'data':
    case 'note':
      return state;
  }
}

export interface Limits {
  readonly trials: number | null;
  readonly epochs: number;
  readonly seconds: number | null;
}

/**
 * Seconds left, from the mean time of the trials that have ended; null before the first.
 *
 * @param elapsed seconds since the start
 */
export function secondsLeft(state: SearchState, limits: Limits, elapsed: number): number | null {
  const ended = [...state.trials.values()].filter(({ status }) => status !== 'running').length;
  const byTime = limits.seconds === null ? Infinity : Math.max(0, limits.seconds - elapsed);
  if (ended === 0) return Number.isFinite(byTime) ? byTime : null;
  const byTrials =
    limits.trials === null ? Infinity : (state.seconds / ended) * Math.max(0, limits.trials - ended);
  const left = Math.min(byTime, byTrials);
  return Number.isFinite(left) ? left : null;
}

export const bestSoFar = (state: SearchState): TrialRecord | null =>
  ranked([...state.trials.values()])[0] ?? null;
export const bestAccuracy = (trial: TrialRecord): number | null =>
  bestEpoch(trial.epochs)?.validationAccuracy ?? null;
