import type { Probe, Trial } from './api';

/** A line of the list of a study that has no report yet. */
export type Line =
  { readonly kind: 'probe'; readonly probe: Probe } | { readonly kind: 'trial'; readonly trial: Trial };

/**
 * Probes, baselines and trials in one list: running trials first, in the order of their start, then all that
 * were measured, by log loss.
 *
 * @param newest of which the running trials are taken
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
    ...probes.map((probe) => ({ loss: probe.logLoss, line: { kind: 'probe', probe } as const })),
    ...best
      .filter(({ id }) => !shown.has(id))
      .map((trial) => ({ loss: trial.bestLoss ?? Infinity, line: { kind: 'trial', trial } as const })),
  ].sort((a, b) => a.loss - b.loss);
  return [
    ...running.map((trial) => ({ kind: 'trial', trial }) as const),
    ...measured.map(({ line }) => line),
  ];
}

/** On what somebody was measured, as in `120 examples, by folds`. */
export const measuredOn = ({ examples, basis }: Pick<Probe, 'examples' | 'basis'>): string =>
  `${examples} examples, ${basis === 'folds' ? 'by folds' : 'validation split'}`;
