import type { Probe, Trial } from '../server/api';

/** A row of the leaderboard of a study that has no report yet. */
export type Line =
  { readonly kind: 'probe'; readonly probe: Probe } | { readonly kind: 'trial'; readonly trial: Trial };

/**
 * Lists probes, baselines and trials: running trials first, in the order of their start, then those
 * with a result, by loss.
 *
 * @param newest the newest trials, which include the running ones
 * @param best trials that have a result
 */
export function liveList(
  probes: readonly Probe[],
  newest: readonly Trial[],
  best: readonly Trial[],
): readonly Line[] {
  const running = newest
    .filter(({ state, role }) => state === 'running' && role === 'searched')
    .sort((a, b) => a.number - b.number);
  const shown = new Set(running.map(({ id }) => id));
  const measured = [
    ...probes.map((probe) => ({ loss: probe.loss, line: { kind: 'probe', probe } as const })),
    ...best
      .filter(({ id }) => !shown.has(id))
      .map((trial) => ({ loss: trial.bestLoss ?? Infinity, line: { kind: 'trial', trial } as const })),
  ].sort((a, b) => a.loss - b.loss);
  return [
    ...running.map((trial) => ({ kind: 'trial', trial }) as const),
    ...measured.map(({ line }) => line),
  ];
}

/** Describes the examples of a measurement, as in `120 examples, cross-validated`. */
export const measuredOn = ({ examples, basis }: Pick<Probe, 'examples' | 'basis'>): string =>
  `${examples} examples, ${basis === 'folds' ? 'cross-validated' : 'validation split'}`;
