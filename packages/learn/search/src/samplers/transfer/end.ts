import { bestOf, gainsOf, type ObservedTrial } from '../../history.js';
import { medianOf } from '../median.js';

/**
 * Where a trial ended, or would have: one that was stopped is expected to gain what the median of the others
 * gained after the same epoch. Null where no epoch has a value.
 */
export function endOf(trial: ObservedTrial, history: readonly ObservedTrial[]): number | null {
  const reached = gainsOf(trial)[0] ?? null;
  if (trial.status !== 'pruned' || reached === null) return reached;
  const epochs = trial.curve.length;
  const later = history.flatMap((other) => {
    const before = bestOf(other.curve.slice(0, epochs));
    const end = gainsOf(other)[0] ?? null;
    const whole = other.status === 'complete' && other.curve.length > epochs;
    return whole && before !== null && end !== null ? [Math.max(0, end - before)] : [];
  });
  return (bestOf(trial.curve) ?? reached) + (medianOf(later) ?? 0);
}
