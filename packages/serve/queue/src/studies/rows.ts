import { configurationSchema, epochRecordSchema, type TrialRecord } from '@espalier/study';
import type { Course } from '@espalier/search';
import type { Prisma, StudyState, Transaction } from '@espalier/store';
import { readAsked, type StudyInput } from './plan.js';
import { readMeasured } from '../history/measured.js';
import { QueueError } from '../errors.js';

/** A study that nobody else changes until the transaction ends. */
export interface LockedStudy extends StudyInput {
  readonly id: string;
  readonly projectId: string;
  readonly state: StudyState;
  readonly priority: number;
  /** Reason for the end of the search; null while it runs. */
  readonly reason: string | null;
  /** Seconds of work until now. */
  readonly elapsed: number;
}

/** @throws QueueError where there is none, or it is a study of a folder */
export async function lockStudy(tx: Transaction, id: string): Promise<LockedStudy> {
  const [locked] = await tx.$queryRaw<{ elapsed: number }[]>`
    SELECT "elapsed" + COALESCE(EXTRACT(EPOCH FROM now() - "runningSince"), 0)::float8 AS "elapsed"
    FROM "study" WHERE "id" = ${id} AND "folder" IS NULL FOR UPDATE`;
  if (locked === undefined) throw new QueueError('workers run no study with this id');
  const row = await tx.study.findUniqueOrThrow({ where: { id }, omit: { report: true } });
  const { projectId, state, priority, reason } = row;
  return { id, projectId, state, priority, reason, elapsed: locked.elapsed, ...readAsked(row) };
}

/** Seconds of work on a study until now. */
export async function elapsedOf(tx: Transaction, studyId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ elapsed: number }[]>`
    SELECT "elapsed" + COALESCE(EXTRACT(EPOCH FROM now() - "runningSince"), 0)::float8 AS "elapsed"
    FROM "study" WHERE "id" = ${studyId}`;
  return row?.elapsed ?? 0;
}

export const withEpochs = { metrics: { orderBy: { epoch: 'asc' } } } satisfies Prisma.TrialInclude;
type TrialRow = Prisma.TrialGetPayload<{ include: typeof withEpochs }>;

/** A trial as the runner knows it. */
export const recordOf = (row: TrialRow): TrialRecord => ({
  role: row.role,
  number: row.number,
  configuration: configurationSchema.parse({ backbone: row.backbone, values: row.values }),
  ...(row.why !== null && { why: row.why }),
  ...(row.startedFrom !== null && { startedFrom: row.startedFrom }),
  ...(row.improved !== null && { improved: row.improved }),
  status: statusOf(row.state),
  reason: row.reason ?? '',
  epochs: row.metrics.map(({ averaged, epoch, trainLoss, validationLoss, metrics, learningRate, seconds }) =>
    epochRecordSchema.parse({
      ...{ epoch, trainLoss, validationLoss, metrics, learningRate, seconds },
      ...(averaged !== null && { averaged }),
    }),
  ),
});

function statusOf(state: TrialRow['state']): TrialRecord['status'] {
  if (state === 'waiting' || state === 'running') return 'running';
  return state === 'cancelled' ? 'failed' : state;
}

/** The trials of a study: those of the search, and the baselines, each by their number. */
export async function readTrials(
  tx: Pick<Transaction, 'trial'>,
  studyId: string,
): Promise<readonly TrialRecord[]> {
  const rows = await tx.trial.findMany({
    where: { studyId },
    orderBy: [{ role: 'asc' }, { number: 'asc' }],
    include: withEpochs,
  });
  return rows.map(recordOf);
}

/** Reads the state of a study, as far as it decides the next task. */
export async function readCourse(
  tx: Pick<Transaction, 'trial' | 'event'>,
  { id, settings, space, objective, plan, reason, elapsed }: LockedStudy,
): Promise<Course | null> {
  if (plan === null || space === null) return null;
  const trials = await readTrials(tx, id);
  const { trainable, probes, featured = null, experience = [] } = plan;
  const measured = await readMeasured(tx, id);
  const facts = { trainable, probes, featured, experience, measured };
  return { settings, space, objective, ...facts, trials, searchEnded: reason, elapsed };
}
