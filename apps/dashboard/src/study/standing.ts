import type { Study } from '../server/api';
import { duration } from '../format';

type Standing = Study['standing'];
type Phase = NonNullable<Standing['phase']>;

const phases = {
  reading: 'Reading the examples',
  caching: 'Computing activations',
  probing: 'Fitting probes and baselines to fixed features',
  training: 'Training trials',
  baseline: 'Training the baseline from random weights',
  judging: 'Cross-validating the best trials',
  finishing: 'Refitting and measuring the answer',
} as const satisfies Record<Phase, string>;

/** Describes the phase of a study; null where it has none. */
export const phaseTitle = ({ phase }: Pick<Standing, 'phase'>): string | null =>
  phase === null ? null : phases[phase];

/** Describes the progress of the search: `4 of 12 trials`. */
export function trialsText({ ended, most }: Pick<Standing, 'ended' | 'most'>): string {
  const all = most === null ? ended : most;
  return `${most === null ? ended : `${ended} of ${most}`} ${all === 1 ? 'trial' : 'trials'}`;
}

/** Describes the remaining time of the phase or the search; null as long as there is no estimate. */
export function leftText({ left }: Pick<Standing, 'left'>): string | null {
  if (left === null) return null;
  // The seconds of an estimate flicker without meaning.
  const rounded = left.seconds < 60 ? Math.ceil(left.seconds / 5) * 5 : Math.ceil(left.seconds / 60) * 60;
  return `about ${duration(rounded).replace(' 00 s', '')} left${left.of === 'search' ? ' of the search' : ''}`;
}

/** Progress of the phase in percent; null where it is unknown. */
export function shareOf({ phase, underWay, ended, most }: Standing): number | null {
  if (phase === 'training') return most === null ? null : (100 * ended) / Math.max(1, most);
  const told = underWay.find(({ progress }) => progress?.phase === phase)?.progress;
  if (told === undefined || told === null || told.total === 0) return null;
  return (100 * told.done) / told.total;
}

/** Describes the tasks of workers with their progress: `trial 3 on worker, 40 %`; empty without workers. */
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

/** Describes a study's position in the queue; null where nothing else waits. */
export function placeText({ at, of }: { readonly at: number; readonly of: number }): string | null {
  if (of === 1) return null;
  return at === 1 ? `next of ${of} queued tasks` : `number ${at} of ${of} queued tasks`;
}
