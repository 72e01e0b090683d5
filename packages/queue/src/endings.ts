import { tell, type Transaction } from '@espalier/store';
import type { Work } from './queue.js';
import { lockStudy, type LockedStudy } from './rows.js';
import { advance } from './schedule.js';

/** Workers that a task may lose in a row before it counts as what they die of. */
const MOST_LOSSES = 5;

/** Sets a study's state, ends its clock where it no longer runs, and tells who follows it. */
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
      runningSince: state === 'running' ? new Date() : null,
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

/** How a trial ended. */
export interface TrialEnd {
  readonly status: 'complete' | 'pruned' | 'failed';
  readonly reason: string;
}

/** Writes the end of a trial or twin. */
export async function endTrial(
  tx: Transaction,
  { studyId, trialId }: { readonly studyId: string; readonly trialId: string },
  { status, reason }: TrialEnd,
): Promise<void> {
  const { number } = await tx.trial.update({
    where: { id: trialId },
    data: { state: status, reason, endedAt: new Date() },
  });
  await tx.decision.create({ data: { studyId, trialId, kind: `trial-${status}`, text: reason } });
  await tell(tx, studyId, [{ kind: 'trial-ended', data: { number, status, reason } }]);
}

/** Fails a task that cannot be done: its trial fails, or without one its study. */
export async function failTask(work: Work, taskId: string, reason: string): Promise<void> {
  const { tx } = work;
  const { studyId, trialId } = await tx.task.update({
    where: { id: taskId },
    data: { state: 'failed', endedAt: new Date() },
  });
  if (trialId === null) return failStudy(tx, await lockStudy(tx, studyId), reason);
  await endTrial(tx, { studyId, trialId }, { status: 'failed', reason });
  await advance(work, studyId);
}

/** Gives a task whose worker is lost to another one, unless it is what they die of. */
export async function loseTask(work: Work, taskId: string, seconds: number): Promise<void> {
  const { tx, send } = work;
  const known = await tx.task.findUniqueOrThrow({ where: { id: taskId } });
  const study = await lockStudy(tx, known.studyId);
  const [task] = await tx.$queryRaw<{ losses: number }[]>`
    SELECT t."losses" FROM "task" t LEFT JOIN "worker" w ON w."id" = t."workerId"
    WHERE t."id" = ${taskId} AND t."state" = 'running' AND (w."id" IS NULL OR w."stoppedAt" IS NOT NULL
      OR w."seenAt" < clock_timestamp() - make_interval(secs => ${seconds}))`;
  // Somebody was first, or the worker has come back.
  if (task === undefined) return;
  const losses = task.losses + 1;
  if (losses > MOST_LOSSES) {
    return failTask(work, taskId, `its worker was lost ${losses} times in a row before an epoch was done`);
  }
  await tx.task.update({
    where: { id: taskId },
    data: { state: 'waiting', workerId: null, losses, queuedAt: new Date() },
  });
  if (known.trialId !== null) {
    await tx.trial.update({ where: { id: known.trialId }, data: { state: 'waiting' } });
  }
  await tell(tx, study.id, [{ kind: 'worker-lost', data: { task: known.kind } }]);
  await send({ taskId, priority: study.priority });
}
