import type { Course, Ending } from '@espalier/search';
import { dropped, trialName, type TrialKey } from '@espalier/study';
import { weightsPath } from '@espalier/study/folder';
import { removeFile } from '../training/checkpoint.js';
import type { TrialOutcome } from '../training/trial.js';
import type { Session } from './session.js';

/** A study while this process works on it: its state, and how that changes. */
export interface Work {
  readonly session: Session;
  /** Where the study stands. */
  course(): Course;
  notes(): readonly string[];
}

/** Records how a trial ended, and removes what is not needed any more. */
export async function endTrial(
  { session, course }: Work,
  { role, number }: TrialKey,
  { status, reason, improved }: Ending & Pick<TrialOutcome, 'improved'>,
): Promise<void> {
  const end = { status, reason, ...(improved !== undefined && { improved }) };
  const gone = new Set(dropped(course().trials).map(trialName));
  await session.record({ type: 'trial-ended', role, number, ...end });
  await session.checkpoints.remove(trialName({ role, number }));
  const { trials } = course();
  for (const loser of dropped(trials).map(trialName)) {
    if (!gone.has(loser)) await removeFile(weightsPath(session.folder, loser));
  }
  const ended = trials.find((one) => one.role === role && one.number === number);
  if (ended !== undefined) session.emit({ kind: 'trial-ended', trial: ended });
}
