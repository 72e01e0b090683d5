import { loseTask } from './losses.js';
import type { Queue } from '../queue.js';
import { advance } from './schedule.js';
import { LOST_SECONDS } from '../workers/workers.js';

/** Tickets that are this old are sent again, in case one was lost. */
const STALE_SECONDS = 60;

export interface SweepOptions {
  /** Seconds without a sign of life after which a worker counts as lost. */
  readonly lostSeconds?: number;
}

/**
 * Gives the tasks of lost workers to others, and wakes studies that stand still. Every worker does it
 * now and then; it may happen at several places at once.
 */
export async function sweep(queue: Queue, { lostSeconds = LOST_SECONDS }: SweepOptions = {}): Promise<void> {
  const lost = await queue.database.query(
    `SELECT t."id" FROM "task" t LEFT JOIN "worker" w ON w."id" = t."workerId"
     WHERE t."state" = 'running' AND (w."id" IS NULL OR w."stoppedAt" IS NOT NULL
       OR w."seenAt" < clock_timestamp() - make_interval(secs => $1))`,
    [lostSeconds],
  );
  for (const { id } of lost) {
    await queue.transaction((work) => loseTask(work, String(id), lostSeconds));
  }
  const { client } = queue.database;
  const stale = new Date(Date.now() - 1000 * STALE_SECONDS);
  const waiting = await client.task.findMany({
    where: { state: 'waiting', queuedAt: { lt: stale }, study: { state: { in: ['queued', 'running'] } } },
    select: { id: true, study: { select: { priority: true } } },
  });
  for (const { id: taskId, study } of waiting) {
    await queue.transaction(async ({ tx, send }) => {
      await tx.task.updateMany({ where: { id: taskId, state: 'waiting' }, data: { queuedAt: new Date() } });
      await send({ taskId, priority: study.priority });
    });
  }
  const running = await client.study.findMany({
    where: { state: 'running', folder: null },
    select: { id: true },
  });
  for (const { id } of running) await queue.transaction((work) => advance(work, id));
}
