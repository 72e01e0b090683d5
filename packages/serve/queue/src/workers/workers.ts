import type { Prisma, Transaction } from '@espalier/store';
import { z } from 'zod';
import type { Queue } from '../queue.js';

/** Capabilities of a worker. */
export const capabilitiesSchema = z.strictObject({
  /** Execution providers of its engine: cpu, cuda and so on. */
  providers: z.array(z.string()),
  /** Bytes that a task may take. */
  memory: z.number().positive(),
  /** Tasks at once. */
  slots: z.number().int().positive(),
  /** Features that are in its cache, as {@link featureKey} names them. */
  cached: z.array(z.string()),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

/** Features of a dataset's examples by one backbone. */
export const featureKey = (data: string, fingerprint: string): string => `${data} ${fingerprint}`;

/** Without a sign of life for so long a worker counts as lost. */
export const LOST_SECONDS = 15;

export interface WorkerIdentity {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
}

/** @param alone whether no other process can have the store, so that all earlier workers are gone */
export async function registerWorker(
  { database: { client } }: Queue,
  { name, host, pid }: WorkerIdentity,
  capabilities: Capabilities,
  alone = false,
): Promise<string> {
  if (alone) await client.worker.updateMany({ where: { stoppedAt: null }, data: { stoppedAt: new Date() } });
  const { id } = await client.worker.create({ data: { name, host, pid, capabilities } });
  return id;
}

/** Lists the capabilities of the workers with a recent heartbeat. */
export async function livingWorkers(
  tx: Transaction,
  where: Prisma.WorkerWhereInput = {},
): Promise<readonly Capabilities[]> {
  const seenAt = { gt: new Date(Date.now() - 1000 * LOST_SECONDS) };
  const rows = await tx.worker.findMany({
    where: { ...where, stoppedAt: null, seenAt },
    select: { capabilities: true },
  });
  return rows.flatMap(({ capabilities }) => capabilitiesSchema.safeParse(capabilities).data ?? []);
}

/**
 * Lists those of these workers that will not return, so that their files on a machine may go. A worker that this store
 * does not know may run for another store.
 */
export async function goneWorkers({ database }: Queue, ids: readonly string[]): Promise<readonly string[]> {
  const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
  const gone = await database.client.worker.findMany({
    where: { id: { in: [...ids] }, OR: [{ stoppedAt: { not: null } }, { seenAt: { lte: yesterday } }] },
    select: { id: true },
  });
  return gone.map(({ id }) => id);
}

/** A task that a worker holds, and what is to become of it. */
export interface HeldTask {
  readonly taskId: string;
  readonly studyId: string;
  readonly claim: number;
  /** Whether its study rests: it is to be given back. */
  readonly paused: boolean;
}

/** A sign of life. Gives the tasks that are still the worker's; it has to let go of any other. */
export async function beat(
  { database }: Queue,
  workerId: string,
  capabilities: Capabilities,
): Promise<readonly HeldTask[]> {
  await database.query(
    'UPDATE "worker" SET "seenAt" = clock_timestamp(), "capabilities" = $2::jsonb WHERE "id" = $1',
    [workerId, JSON.stringify(capabilities)],
  );
  const tasks = await database.client.task.findMany({
    where: { workerId, state: 'running' },
    select: { id: true, studyId: true, claim: true, study: { select: { state: true } } },
  });
  return tasks.map(({ id: taskId, studyId, claim, study }) => {
    return { taskId, studyId, claim, paused: study.state === 'paused' };
  });
}

/** A worker that ends in order, with nothing in its hands. */
export async function retireWorker({ database }: Queue, workerId: string): Promise<void> {
  await database.client.worker.update({ where: { id: workerId }, data: { stoppedAt: new Date() } });
}

/** Tasks that all living workers can do at once; one where there is none yet. */
export async function slotsOf(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<{ slots: number }[]>`
    SELECT COALESCE(SUM(("capabilities"->>'slots')::int), 0)::int AS "slots" FROM "worker"
    WHERE "stoppedAt" IS NULL AND "seenAt" > now() - make_interval(secs => ${LOST_SECONDS})`;
  return Math.max(1, row?.slots ?? 0);
}
