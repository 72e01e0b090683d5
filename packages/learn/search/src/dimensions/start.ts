import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

/**
 * The fitted head first: Kumar et al., 2022. From a trial that froze more: gradual unfreezing (Howard & Ruder,
 * 2018).
 */
export const start = nameDimension({
  label: 'Start',
  help: 'Where a trial begins: with the head of the fitted probe, with what the best trial that froze more has learnt, or with a random head',
  names: ['probe', 'trial', 'random'],
  when: only('tune'),
  absent: 'probe',
  whole: 'random',
  beside: 'any',
  usual: () => choices('probe'),
  usually: 'probe',
  take: (recipe, value) => ({ ...recipe, start: startNamed(value) }),
});

/** How the head and the stages of a trial begin. */
export type TrialStart = 'probe' | 'trial' | 'random';

export const startNamed = (name: unknown): TrialStart =>
  name === 'trial' || name === 'random' ? name : 'probe';
