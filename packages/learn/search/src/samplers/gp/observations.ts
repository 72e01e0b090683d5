import { bestValue, type ObservedTrial } from '../../history.js';
import { medianOf } from '../median.js';
import type { Place, Tree } from '../tree.js';

/** Trials that a process is fitted to at most: half of them the best, the others the latest. */
const most = 128;

/** A trial as the process sees it. */
export interface Observation {
  readonly place: Place;
  readonly trial: ObservedTrial;
  readonly value: number;
}

/**
 * What trials of the space came to, for a process that expects one number of each:
 * - a complete trial its best value;
 * - a pruned one its best value too, a lower bound of what it would have come to, but never more than the best
 *   complete trial's: its pruner has judged already that it would not be the best;
 * - a failed one, or one without a value, the worst value that there is;
 * - a running one the median, so that the next trial keeps its distance (the constant liar of Ginsbourger, Le
 *   Riche, Carraro: Kriging Is Well-Suited to Parallelize Optimization, 2010), or its best value once that is more.
 *
 * @returns the best observations and the latest, the best one first; empty where no trial has a value
 */
export function observationsOf(tree: Tree, history: readonly ObservedTrial[]): readonly Observation[] {
  const known = history
    .filter(({ configuration }) => tree.placeOf(configuration) !== null)
    .sort((a, b) => a.number - b.number);
  const complete = valuesOf(known.filter(({ status }) => status === 'complete'));
  const ended = valuesOf(known.filter(({ status }) => status === 'complete' || status === 'pruned'));
  if (ended.length === 0) return [];
  const best = Math.max(...(complete.length > 0 ? complete : ended));
  const [worst, median] = [Math.min(...ended), medianOf(ended) ?? NaN];
  const valueOf = (trial: ObservedTrial): number => {
    const value = trial.status === 'failed' ? null : finiteValue(trial);
    if (trial.status === 'running') return Math.min(Math.max(value ?? median, median), best);
    return Math.min(value ?? worst, best);
  };
  const seen = known.flatMap((trial) => {
    const place = tree.placeOf(trial.configuration);
    return place === null ? [] : [{ place, trial, value: valueOf(trial) }];
  });
  const completeFirst = (a: Observation, b: Observation): number =>
    Number(isComplete(b)) - Number(isComplete(a));
  const ranked = seen.toSorted((a, b) => b.value - a.value || completeFirst(a, b));
  const kept = new Set(ranked.slice(0, most / 2));
  const latest = seen.filter((one) => !kept.has(one)).slice(-most / 2);
  return [...kept, ...latest];
}

const isComplete = ({ trial }: Observation): boolean => trial.status === 'complete';

const valuesOf = (trials: readonly ObservedTrial[]): number[] =>
  trials.map(finiteValue).filter((value) => value !== null);

function finiteValue(trial: ObservedTrial): number | null {
  const value = bestValue(trial);
  return Number.isFinite(value) ? value : null;
}

/** Values of mean 0 and deviation 1. */
export interface Standardised {
  readonly values: Float64Array;
  /** What 1 of them is. */
  readonly unit: number;
}

export function standardised(values: readonly number[]): Standardised {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const unit = Math.sqrt(variance) || 1;
  return { values: Float64Array.from(values, (value) => (value - mean) / unit), unit };
}
