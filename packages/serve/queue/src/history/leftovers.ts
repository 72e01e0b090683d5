import type { Claim } from '../tasks/held.js';
import type { Queue } from '../queue.js';

/** Blobs that nobody needs any more, and the tasks that still name them. */
export interface Leftovers {
  readonly taskIds: readonly string[];
  readonly keys: readonly string[];
}

/** Tasks looked at together. */
const MOST_TASKS = 200;

/**
 * Checkpoints of tasks that have failed or were cancelled, and all that the tasks of a study keep that
 * has ended without a result. A finished study keeps the weights of its best trials.
 */
export async function findLeftovers({ database: { client } }: Queue): Promise<Leftovers> {
  const over = { in: ['failed' as const, 'cancelled' as const] };
  const rows = await client.task.findMany({
    where: {
      OR: [
        { state: over, checkpoint: { not: null } },
        { state: { notIn: ['waiting', 'running'] }, weights: { not: null }, study: { state: over } },
      ],
    },
    select: { id: true, checkpoint: true, weights: true },
    take: MOST_TASKS,
  });
  return {
    taskIds: rows.map(({ id }) => id),
    keys: rows.flatMap(({ checkpoint, weights }) => [checkpoint, weights].filter((key) => key !== null)),
  };
}

/** Whether a task names a blob, which whoever does it next will read. */
export async function isNamed(
  { database: { client } }: Queue,
  { taskId }: Pick<Claim, 'taskId'>,
  key: string,
): Promise<boolean> {
  const named = { id: taskId, OR: [{ checkpoint: key }, { weights: key }] };
  return (await client.task.count({ where: named })) > 0;
}

/** Forgets the blobs of {@link findLeftovers}, once they are removed. */
export async function forgetLeftovers(
  { database: { client } }: Queue,
  { taskIds }: Leftovers,
): Promise<void> {
  await client.task.updateMany({
    where: { id: { in: [...taskIds] } },
    data: { checkpoint: null, weights: null },
  });
}
