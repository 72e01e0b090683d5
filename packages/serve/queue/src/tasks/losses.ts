import { tell, type TaskKind } from '@espalier/store';
import { setClock } from '../studies/clock.js';
import { endTrial, failStudy } from '../studies/endings.js';
import type { Work } from '../queue.js';
import { lockStudy } from '../studies/rows.js';
import { advance } from './schedule.js';

interface Task {
  readonly id: string;
  readonly studyId: string;
  readonly trialId: string | null;
  readonly kind: TaskKind;
}

/** Workers that a task may lose in a row before it counts as what they die of. */
const MOST_LOSSES = 5;
/** Times that planning or measuring is tried again, without which the whole study is lost. */
const MOST_CRASHES = 2;

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

/** Fails a trial whose process has died, and gives a task that the study cannot do without to another. */
export async function crashTask(work: Work, taskId: string, reason: string): Promise<void> {
  const { tx } = work;
  const task = await tx.task.findUniqueOrThrow({ where: { id: taskId } });
  if (task.trialId !== null) return failTask(work, taskId, reason);
  if (task.losses >= MOST_CRASHES)
    return failTask(work, taskId, `${reason}; it was tried ${task.losses + 1} times`);
  await waitAgain(work, task, null);
}

/** Gives a task whose worker is lost to another one, unless it is what they die of. */
export async function loseTask(work: Work, taskId: string, seconds: number): Promise<void> {
  const { tx } = work;
  const known = await tx.task.findUniqueOrThrow({ where: { id: taskId } });
  await lockStudy(tx, known.studyId);
  const [task] = await tx.$queryRaw<{ losses: number; seenAt: Date | null }[]>`
    SELECT t."losses", w."seenAt" FROM "task" t LEFT JOIN "worker" w ON w."id" = t."workerId"
    WHERE t."id" = ${taskId} AND t."state" = 'running' AND (w."id" IS NULL OR w."stoppedAt" IS NOT NULL
      OR w."seenAt" < clock_timestamp() - make_interval(secs => ${seconds}))`;
  // Somebody was first, or the worker has come back.
  if (task === undefined) return;
  const losses = task.losses + 1;
  if (losses > MOST_LOSSES) {
    const reason = `its worker was lost ${losses} times in a row before it finished an epoch`;
    return failTask(work, taskId, reason, task.seenAt);
  }
  await waitAgain(work, known, task.seenAt);
}

/** Queues a task once more that nobody does now. @param until when it was last worked at, where not now */
async function waitAgain({ tx, send }: Work, task: Task, until: Date | null): Promise<void> {
  const { id: taskId, studyId, trialId, kind } = task;
  await tx.task.update({
    where: { id: taskId },
    data: { state: 'waiting', workerId: null, losses: { increment: 1 }, queuedAt: new Date() },
  });
  await setClock(tx, studyId, until);
  if (trialId !== null) await tx.trial.update({ where: { id: trialId }, data: { state: 'waiting' } });
  await tell(tx, studyId, [{ kind: 'worker-lost', data: { task: kind } }]);
  const { priority } = await tx.study.findUniqueOrThrow({ where: { id: studyId } });
  await send({ taskId, priority });
}
