import type { Study } from './api';
import { duration } from './format';

type Standing = Study['standing'];
type Phase = NonNullable<Standing['phase']>;

const phases = {
  reading: 'The examples are read',
  caching: 'Activations are computed',
  probing: 'Linear classifiers are fitted to fixed features',
  training: 'Trials are trained',
  baseline: 'The same network is trained from random weights, for comparison',
  judging: 'The best trials are trained again, fold by fold',
  finishing: 'The answer is fitted again and measured',
} as const satisfies Record<Phase, string>;

/** What a study does now, in a sentence; null where it does nothing. */
export const phaseTitle = ({ phase }: Pick<Standing, 'phase'>): string | null =>
  phase === null ? null : phases[phase];

/** How far it is: `4 of 12 trials`. */
export function trialsText({ ended, most }: Pick<Standing, 'ended' | 'most'>): string {
  const all = most === null ? ended : most;
  return `${most === null ? ended : `${ended} of ${most}`} ${all === 1 ? 'trial' : 'trials'}`;
}

/** The time left of the phase or the search; null where nobody can tell yet. */
export function leftText({ left }: Pick<Standing, 'left'>): string | null {
  if (left === null) return null;
  // Seconds of an estimate flicker and say nothing.
  const rounded = left.seconds < 60 ? Math.ceil(left.seconds / 5) * 5 : Math.ceil(left.seconds / 60) * 60;
  return `about ${duration(rounded).replace(' 00 s', '')} left${left.of === 'search' ? ' of the search' : ''}`;
}

/** How far the phase is, 0..100; null where nobody has told. */
export function shareOf({ phase, underWay, ended, most }: Standing): number | null {
  if (phase === 'training') return most === null ? null : (100 * ended) / Math.max(1, most);
  const told = underWay.find(({ progress }) => progress?.phase === phase)?.progress;
  if (told === undefined || told === null || told.total === 0) return null;
  return (100 * told.done) / told.total;
}

/** Who does what: `trial 3 on worker`, and how far it is; without workers nothing is told. */
export const workText = ({ underWay }: Pick<Standing, 'underWay'>): readonly string[] =>
  underWay.flatMap(({ role, trial, worker, progress }) => {
    if (trial === null || worker === null) return [];
    const name = role === 'baseline' ? 'baseline from random weights' : `trial ${trial}`;
    const far =
      progress === null || progress.total === 0
        ? ''
        : `, ${Math.floor((100 * progress.done) / progress.total)} %`;
    return [`${name} on ${worker}${far}`];
  });

/** Where a study stands in the queue; null where nothing else waits. */
export function placeText({ at, of }: { readonly at: number; readonly of: number }): string | null {
  if (of === 1) return null;
  return at === 1 ? `it is next of ${of} tasks that wait` : `it is number ${at} of ${of} tasks that wait`;
}
