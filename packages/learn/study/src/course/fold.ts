import type { KnownBaseline, StudyEvent, StudyHeader } from './events.js';
import type { ProbeRecord } from '../trials/probe.js';
import type { Measured } from '../trials/costs.js';
import {
  baselineTrials,
  trialName,
  type EpochRecord,
  type TrialKey,
  type TrialRecord,
} from '../trials/trial.js';

/** The state of a study: what its events add up to. */
export interface StudyLog {
  readonly header: StudyHeader;
  readonly probes: readonly ProbeRecord[];
  /** Those of the search and the baselines, each in the order of their start. */
  readonly trials: readonly TrialRecord[];
  /** Why the search ended; null while it goes on. Baselines and measuring are left then. */
  readonly searchEnded: string | null;
  /** Deviations from the request, such as the replacement of a plugin's sampler. */
  readonly notes: readonly string[];
  /** Seconds of work, over all sessions. */
  readonly elapsed: number;
  readonly finishedAt: string | null;
  /** Seconds that the features of the first probe took; null before it is fitted. */
  readonly featured: number | null;
  /** Whether trials of the search have started and nothing has become of any since. */
  readonly starting: boolean;
  /** What networks cost, as far as it was measured. */
  readonly measured: Measured;
}

/** Events that contradict each other, such as an epoch of a trial that never started. */
export class FoldError extends Error {
  override readonly name = 'FoldError';
}

/** The state of a study that begins. */
export const beginningOf = (header: StudyHeader): StudyLog => ({
  header,
  probes: [],
  trials: [],
  searchEnded: null,
  notes: [],
  elapsed: header.elapsed,
  finishedAt: null,
  featured: null,
  starting: false,
  measured: {},
});

/** The state after another event. @throws FoldError */
export function foldEvent(state: StudyLog, event: StudyEvent): StudyLog {
  const next = { ...state, elapsed: Math.max(state.elapsed, event.elapsed) };
  switch (event.type) {
    case 'study':
      throw new FoldError('a second study begins');
    case 'probed':
      // Studies of earlier versions are probed again.
      return 'title' in event.record ? withProbe(next, event.record) : next;
    case 'trial-started':
      return { ...next, starting: event.role === 'searched', trials: withTrial(state.trials, event) };
    case 'epoch':
      return change({ ...next, starting: false }, event, ({ epochs }) => ({
        epochs: withEpoch(epochs, event.record),
      }));
    case 'trial-ended':
      return change({ ...next, starting: false }, event, () => endOf(event));
    case 'measured':
      return { ...next, measured: { ...state.measured, [event.network]: event.costs } };
    case 'search-ended':
      return { ...next, starting: false, searchEnded: event.reason };
    case 'note':
      return { ...next, notes: [...state.notes, event.text] };
    case 'finished':
      return { ...next, finishedAt: event.finishedAt };
    case 'paused':
      return next;
  }
}

const endOf = ({
  status,
  reason,
  improved,
}: Extract<StudyEvent, { type: 'trial-ended' }>): Partial<TrialRecord> => ({
  status,
  reason,
  ...(improved !== undefined && { improved }),
});
/** What came before the first probe, besides fitting it, was computing its features. */
function withProbe(state: StudyLog, record: ProbeRecord): StudyLog {
  const before = Math.max(0, state.elapsed - state.header.elapsed - record.seconds);
  return { ...state, probes: [...state.probes, record], featured: state.featured ?? before };
}

const isOf =
  ({ role, number }: TrialKey) =>
  (trial: TrialKey): boolean =>
    trial.role === role && trial.number === number;

/** A trial that starts again keeps its epochs: it goes on behind the last. */
function withTrial(
  trials: readonly TrialRecord[],
  { role, number, configuration, why, startedFrom }: Omit<TrialRecord, 'status' | 'reason' | 'epochs'>,
): readonly TrialRecord[] {
  const known = { ...(why !== undefined && { why }), ...(startedFrom !== undefined && { startedFrom }) };
  const chosen = { role, number, configuration, ...known };
  const begun = { ...chosen, status: 'running', reason: '' } as const;
  return trials.some(isOf(begun))
    ? trials.map((trial) => (isOf(begun)(trial) ? { ...trial, ...begun } : trial))
    : [...trials, { ...begun, epochs: [] }];
}

function change(
  state: StudyLog,
  key: TrialKey,
  changed: (trial: TrialRecord) => Partial<TrialRecord>,
): StudyLog {
  if (!state.trials.some(isOf(key))) throw new FoldError(`${trialName(key)} goes on before it started`);
  const trials = state.trials.map((trial) => (isOf(key)(trial) ? { ...trial, ...changed(trial) } : trial));
  return { ...state, trials };
}

/** An epoch that was trained again after a crash replaces what came before. */
const withEpoch = (epochs: readonly EpochRecord[], record: EpochRecord): EpochRecord[] => [
  ...epochs.filter(({ epoch }) => epoch < record.epoch),
  record,
];

/** The baselines of a study, for events of version 1; see {@link readEvent}. */
export const knownBaselines = (trials: readonly TrialRecord[]): readonly KnownBaseline[] =>
  baselineTrials(trials).map(({ number, configuration: { values } }) => ({
    number,
    learningRate: Number(values['learningRate']),
  }));
