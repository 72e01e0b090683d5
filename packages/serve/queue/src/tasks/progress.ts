import { phases } from '@espalier/study';
import { json } from '@espalier/store';
import { z } from 'zod';
import type { Claim } from './held.js';
import type { Queue } from '../queue.js';

/** Progress of a worker's task. */
export const taskProgressSchema = z.strictObject({
  phase: z.enum(phases),
  /** Steps of the phase that are done, and that there are. */
  done: z.number().nonnegative(),
  total: z.number().nonnegative(),
  /** Start of the phase, by the clock of the database. */
  since: z.iso.datetime({ offset: true }),
});
export type TaskProgress = z.infer<typeof taskProgressSchema>;

/** Progress reported by a worker, with the seconds since the phase began. */
export interface ToldProgress extends Omit<TaskProgress, 'since'> {
  readonly seconds: number;
}

/** Keeps how far a worker is with a task, as long as it is its own. */
export async function keepProgress(
  { database }: Queue,
  { taskId, claim }: Omit<Claim, 'studyId'>,
  { seconds, ...told }: ToldProgress,
): Promise<void> {
  await database.query(
    `UPDATE "task" SET "progress" = $3::jsonb || jsonb_build_object('since',
       to_char((clock_timestamp() - make_interval(secs => $4)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
     WHERE "id" = $1 AND "claim" = $2 AND "state" = 'running'`,
    [taskId, claim, JSON.stringify(json(told)), seconds],
  );
}
