import { z } from 'zod';
import type { Queue } from '../queue.js';
import { LOST_SECONDS } from './workers.js';

/** Counts of waiting tasks and of workers. */
export interface QueueCounts {
  /** Tasks that workers do, that wait for one, and that wait until their study is continued. */
  readonly tasks: Readonly<Record<'running' | 'waiting' | 'paused', number>>;
  /** Workers that gave a sign of life lately. */
  readonly workers: number;
}

const countsSchema = z.object({
  running: z.number(),
  waiting: z.number(),
  paused: z.number(),
  workers: z.number(),
});

export async function countQueue({ database }: Queue): Promise<QueueCounts> {
  const [row] = await database.query(
    `SELECT count(*) FILTER (WHERE t."state" = 'running')::int AS "running",
       count(*) FILTER (WHERE t."state" = 'waiting' AND s."state" <> 'paused')::int AS "waiting",
       count(*) FILTER (WHERE t."state" = 'waiting' AND s."state" = 'paused')::int AS "paused",
       (SELECT count(*)::int FROM "worker" WHERE "stoppedAt" IS NULL
         AND "seenAt" > clock_timestamp() - make_interval(secs => $1)) AS "workers"
     FROM "task" t JOIN "study" s ON s."id" = t."studyId" WHERE t."state" IN ('waiting', 'running')`,
    [LOST_SECONDS],
  );
  const { workers, ...tasks } = countsSchema.parse(row);
  return { tasks, workers };
}
