import { tell } from '@espalier/store';
import { setClock } from './clock.js';
import { endTrial, failStudy } from './endings.js';
import type { Work } from './queue.js';
import { lockStudy } from './rows.js';
import { advance } from './schedule.js';

/** Workers that a task may lose in a row before it counts as what they die of. */
const MOST_LOSSES = 5;

/**
 * Fails a task that cannot be done: its trial fails, or without one its study.
 *
 * @param until when it was last worked at, where that is not now
 */
export async function failTask(
  work: Work,
  taskId: string,
  reason: string,
  until: Date | null = null,
): Promise<void> {
  const { tx } = work;
  const { studyId, trialId } = await tx.task.update({
    where: { id: taskId },
    data: { state: 'failed', endedAt: new Date() },
  });
  await setClock(tx, studyId, until);
  if (trialId === null) return failStudy(tx, await lockStudy(tx, studyId), reason);
  await endTrial(tx, { studyId, trialId }, { status: 'failed', reason });
  await advance(work, studyId);
}

/** Gives a task whose worker is lost to another one, unless it is what they die of. */
export async function loseTask(work: Work, taskId: string, seconds: number): Promise<void> {
  const { tx, send } = work;
  const known = await tx.task.findUniqueOrThrow({ where: { id: taskId } });
  const study = await lockStudy(tx, known.studyId);
  const [task] = await tx.$queryRaw<{ losses: number; seenAt: Date | null }[]>`
    SELECT t."losses", w."seenAt" FROM "task" t LEFT JOIN "worker" w ON w."id" = t."workerId"
    WHERE t."id" = ${taskId} AND t."state" = 'running' AND (w."id" IS NULL OR w."stoppedAt" IS NOT NULL
      OR w."seenAt" < clock_timestamp() - make_interval(secs => ${seconds}))`;
  // Somebody was first, or the worker has come back.
  if (task === undefined) return;
  const losses = task.losses + 1;
  if (losses > MOST_LOSSES) {
    const reason = `its worker was lost ${losses} times in a row before an epoch was done`;
    return failTask(work, taskId, reason, task.seenAt);
  }
  await tx.task.update({
    where: { id: taskId },
    data: { state: 'waiting', workerId: null, losses, queuedAt: new Date() },
  });
  await setClock(tx, study.id, task.seenAt);
  if (known.trialId !== null) {
    await tx.trial.update({ where: { id: known.trialId }, data: { state: 'waiting' } });
  }
  await tell(tx, study.id, [{ kind: 'worker-lost', data: { task: known.kind } }]);
  await send({ taskId, priority: study.priority });
}
