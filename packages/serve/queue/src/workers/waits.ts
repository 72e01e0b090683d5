import { z } from 'zod';
import type { Queue } from '../queue.js';
import { capabilitiesSchema, LOST_SECONDS } from './workers.js';

/** A study of which no task is done now. */
const waitingSchema = z.object({
  id: z.string(),
  priority: z.number(),
  provider: z.string(),
  /** Bytes that a task of it needs, as far as is known. */
  memory: z.number(),
  /** Tasks that its project may have at once; null for any number. */
  quota: z.number().nullable(),
  /** Tasks that its project has at once. */
  running: z.number(),
  /** Tasks of more urgent studies that wait. */
  before: z.number(),
  /** Tasks that wait, of all studies. */
  waiting: z.number(),
  /** Place of the study's first task among them, from 1; null if none of its tasks waits. */
  place: z.number().nullable(),
});
type Waiting = z.infer<typeof waitingSchema>;

const workerSchema = z.object({ capabilities: capabilitiesSchema, busy: z.number() });
type Offer = z.infer<typeof workerSchema>;

/** Reason why a study waits, and its place in the queue. */
export interface Waits {
  /** A sentence for people. */
  readonly reason: string;
  /** Place of the study's first task among the waiting ones, from 1; null if none of its tasks waits. */
  readonly place: number | null;
  /** Tasks that wait, of all studies. */
  readonly of: number;
}

/**
 * Studies that wait. A study is not in it while a worker is at it, while one is free to begin, or where it rests
 * or has ended.
 *
 * @param ids studies that may wait; few enough for one query
 */
export async function waitingStudies(
  { database }: Queue,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Waits>> {
  if (ids.length === 0) return new Map();
  const rows = await database.query(WAITING, [ids, LOST_SECONDS]);
  if (rows.length === 0) return new Map();
  const workers = await offers(database);
  return new Map(
    rows.flatMap((row) => {
      const study = waitingSchema.parse(row);
      const reason = reasonOf(study, workers);
      return reason === null ? [] : [[study.id, { reason, place: study.place, of: study.waiting }] as const];
    }),
  );
}

/** Tasks go out by priority, and of the same one in the order in which they were made. */
const WAITING = `
  WITH "line" AS (
    SELECT t."studyId", o."priority",
      row_number() OVER (ORDER BY o."priority" DESC, t."id")::int AS "place"
    FROM "task" t JOIN "study" o ON o."id" = t."studyId"
    WHERE t."state" = 'waiting' AND o."state" IN ('queued', 'running')
  )
  SELECT s."id", s."priority", p."quota",
    COALESCE(s."settings"->'engine'->>'provider', 'cpu') AS "provider",
    COALESCE((s."plan"->>'memory')::float8, 0) AS "memory",
    (SELECT count(*)::int FROM "task" t JOIN "study" o ON o."id" = t."studyId"
      WHERE t."state" = 'running' AND o."projectId" = s."projectId") AS "running",
    (SELECT count(*)::int FROM "line" l WHERE l."priority" > s."priority") AS "before",
    (SELECT count(*)::int FROM "line") AS "waiting",
    (SELECT min(l."place") FROM "line" l WHERE l."studyId" = s."id") AS "place"
  FROM "study" s JOIN "project" p ON p."id" = s."projectId"
  WHERE s."id" = ANY($1) AND s."state" IN ('queued', 'running')
    AND EXISTS (SELECT 1 FROM "task" t WHERE t."studyId" = s."id" AND t."state" IN ('waiting', 'running'))
    AND NOT EXISTS (SELECT 1 FROM "task" t JOIN "worker" w ON w."id" = t."workerId"
      WHERE t."studyId" = s."id" AND t."state" = 'running' AND w."stoppedAt" IS NULL
        AND w."seenAt" > clock_timestamp() - make_interval(secs => $2))`;

/** Lists the capabilities of live workers, and the number of their tasks. */
async function offers(database: Queue['database']): Promise<readonly Offer[]> {
  const rows = await database.query(
    `SELECT w."capabilities", (SELECT count(*)::int FROM "task" t
       WHERE t."workerId" = w."id" AND t."state" = 'running') AS "busy"
     FROM "worker" w WHERE w."stoppedAt" IS NULL
       AND w."seenAt" > clock_timestamp() - make_interval(secs => $1)`,
    [LOST_SECONDS],
  );
  return rows.flatMap((row) => workerSchema.safeParse(row).data ?? []);
}

/** By what `claimTask` decides, in its order. */
function reasonOf(study: Waiting, workers: readonly Offer[]): string | null {
  const { provider, memory, quota, running, before } = study;
  if (workers.length === 0) {
    return 'no worker is running: start one with `espalier worker`, or the server without --no-worker';
  }
  const able = workers.filter(({ capabilities }) => capabilities.providers.includes(provider));
  if (able.length === 0) {
    const offered = new Set(workers.flatMap(({ capabilities }) => capabilities.providers));
    return `no worker has the provider ${provider}: workers have ${[...offered].sort().join(', ')}`;
  }
  if (quota !== null && running >= quota) {
    return `the project's quota of ${counted(quota, 'task')} is in use`;
  }
  // Where nobody has the memory it is tried all the same.
  const large = able.filter(({ capabilities }) => capabilities.memory >= memory);
  const suited = large.length > 0 ? large : able;
  if (suited.some(({ busy, capabilities }) => busy < capabilities.slots)) return null;
  if (before > 0) {
    return `${counted(before, 'task')} of higher priority ${before === 1 ? 'is' : 'are'} before it, and no worker is free`;
  }
  if (suited.length === able.length) return 'no worker is free';
  const most = Math.max(
    0,
    ...able.filter((one) => !large.includes(one)).map(({ capabilities }) => capabilities.memory),
  );
  return `it needs ${gigabytes(memory)} of memory; the workers that have as much are busy, and others have ${gigabytes(most)} at most`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
