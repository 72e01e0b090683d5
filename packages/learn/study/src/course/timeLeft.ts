import type { Progress } from './progress.js';

/** Inputs of the estimate of a study's remaining time. */
export interface Pace {
  /** Current phase; null where it is unknown. */
  readonly progress: Progress | null;
  /** Seconds since its phase began. */
  readonly phaseSeconds: number;
  /** Trials that have ended. */
  readonly ended: number;
  /** Seconds that a trial took on average; null before the first has ended. */
  readonly trialSeconds: number | null;
  /** Trials that run side by side; at least 1. */
  readonly atOnce: number;
  /** Seconds of the study so far. */
  readonly elapsed: number;
}

/** Limits of a search; null for no limit. */
export interface Most {
  readonly trials: number | null;
  readonly seconds: number | null;
}

/** An estimate, and of what: a phase, or the whole search. */
export interface TimeLeft {
  readonly of: 'phase' | 'search';
  readonly seconds: number;
}

/**
 * Estimates the time left: while trials run, from the mean time of those that ended; else from how far the phase
 * is. Null where there is nothing yet to go by.
 */
export function timeLeft(pace: Pace, most: Most): TimeLeft | null {
  const { progress, phaseSeconds, ended, trialSeconds, atOnce, elapsed } = pace;
  if (progress !== null && progress.phase !== 'training') {
    const { done, total } = progress;
    return done === 0 ? null : { of: 'phase', seconds: (phaseSeconds / done) * (total - done) };
  }
  const byTime = most.seconds === null ? Infinity : Math.max(0, most.seconds - elapsed);
  const byTrials =
    most.trials === null || trialSeconds === null
      ? Infinity
      : (trialSeconds * Math.max(0, most.trials - ended)) / atOnce;
  const seconds = Math.min(byTime, byTrials);
  return Number.isFinite(seconds) ? { of: 'search', seconds } : null;
}
