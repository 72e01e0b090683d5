import { tell, type Transaction } from '@espalier/store';
import { happen } from '../history/history.js';
import type { LockedStudy } from './rows.js';

/** Sets a study's state, stops its clock, and tells who follows it. */
export async function setState(
  tx: Transaction,
  study: Pick<LockedStudy, 'id' | 'elapsed'>,
  state: 'running' | 'paused' | 'queued' | 'finished' | 'failed' | 'cancelled',
  more: { readonly reason?: string } = {},
): Promise<void> {
  const ended = state === 'finished' || state === 'failed' || state === 'cancelled';
  await tx.study.update({
    where: { id: study.id },
    data: {
      state,
      elapsed: study.elapsed,
      runningSince: null,
      ...(ended && { endedAt: new Date() }),
      ...more,
    },
  });
  await tell(tx, study.id, [{ kind: 'state', data: { state, ...more } }]);
}

/** Ends a study that cannot go on, and drops what is left of it. */
export async function failStudy(tx: Transaction, study: LockedStudy, reason: string): Promise<void> {
  await dropTasks(tx, study.id);
  await tx.decision.create({ data: { studyId: study.id, kind: 'study-failed', text: reason } });
  await setState(tx, study, 'failed', { reason });
}

/** Cancels the tasks of a study that are not done, and their trials. */
export async function dropTasks(tx: Transaction, studyId: string): Promise<void> {
  const open = { studyId, state: { in: ['waiting' as const, 'running' as const] } };
  const endedAt = new Date();
  await tx.task.updateMany({ where: open, data: { state: 'cancelled', endedAt } });
  await tx.trial.updateMany({ where: open, data: { state: 'cancelled', endedAt } });
}

/** Outcome of a trial. */
export interface TrialEnd {
  readonly status: 'complete' | 'pruned' | 'failed';
  readonly reason: string;
  readonly improved?: boolean | undefined;
}

/** Writes the end of a trial. */
export async function endTrial(
  tx: Transaction,
  { studyId, trialId }: { readonly studyId: string; readonly trialId: string },
  { status, reason, improved }: TrialEnd,
): Promise<void> {
  const { role, number } = await tx.trial.findUniqueOrThrow({
    where: { id: trialId },
    select: { role: true, number: true },
  });
  const end = { status, reason, ...(improved !== undefined && { improved }) };
  await happen(tx, studyId, { type: 'trial-ended', role, number, ...end });
}

/** Notes that something was not done as it was asked, such as a plugin that was set aside. */
export async function noteOnce(tx: Transaction, studyId: string, text: string): Promise<void> {
  // Those of earlier versions have no key.
  if ((await tx.decision.count({ where: { studyId, kind: 'note', text } })) > 0) return;
  await happen(tx, studyId, { type: 'note', text });
}
