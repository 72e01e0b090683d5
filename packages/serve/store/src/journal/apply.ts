import type { EpochRecord, KnownBaseline, StudyEvent, StudyHeader, TrialKey } from '@espalier/study';
import { EVENT_CHANNEL } from '../database.js';
import type { Prisma } from '../generated/client.js';

/** A database inside a transaction. */
export type Transaction = Prisma.TransactionClient;

/** The study whose events are applied. */
export interface StudyPosition {
  readonly studyId: string;
  /** From when the seconds of its events count; null where they happen now. */
  readonly startedAt: Date | null;
}

/** Writes what events of a journal change, and the events themselves for those who follow the study. */
export async function applyEvents(
  tx: Transaction,
  study: StudyPosition,
  events: readonly StudyEvent[],
): Promise<void> {
  for (const event of events) await applyChange(tx, study, event);
  const elapsed = Math.max(...events.map((event) => event.elapsed));
  await tx.study.update({ where: { id: study.studyId }, data: { elapsed } });
  const told = events.map(({ type, ...data }) => ({ kind: type, data: type === 'study' ? {} : data }));
  await tell(tx, study.studyId, told);
}

/** News for those who follow a study. */
export interface News {
  readonly kind: string;
  readonly data: object;
  /** Of what is in the study's history once. */
  readonly key?: string;
}

/** Adds events that those who follow the study hear of, once the transaction is committed. */
export async function tell(tx: Transaction, studyId: string, told: readonly News[]): Promise<void> {
  const { events: last } = await tx.study.update({
    where: { id: studyId },
    data: { events: { increment: told.length } },
    select: { events: true },
  });
  const first = last - told.length + 1;
  await tx.event.createMany({
    data: told.map(({ kind, data, key = null }, i) => ({
      ...{ studyId, number: first + i, kind, data: json(data), key },
    })),
  });
  await tx.$executeRaw`SELECT pg_notify(${EVENT_CHANNEL}, ${studyId})`;
}

/** Journals hold no time but seconds of work; what a study was interrupted for is not in them. */
const timeOf = ({ startedAt }: StudyPosition, { elapsed }: StudyEvent): Date =>
  startedAt === null ? new Date() : new Date(startedAt.getTime() + 1000 * elapsed);

/** Writes what one event changes. */
export async function applyChange(tx: Transaction, study: StudyPosition, event: StudyEvent): Promise<void> {
  const { studyId } = study;
  switch (event.type) {
    case 'study':
    case 'measured':
      return;
    case 'trial-started':
      return startTrial(tx, study, event);
    case 'epoch':
      return addEpoch(tx, await trialId(tx, studyId, event), event.record);
    case 'trial-ended': {
      const id = await trialId(tx, studyId, event);
      const { status: state, reason, improved = null } = event;
      const endedAt = timeOf(study, event);
      await tx.trial.update({ where: { id }, data: { state, reason, improved, endedAt } });
      await tx.decision.create({ data: { studyId, trialId: id, kind: `trial-${state}`, text: reason } });
      return;
    }
    case 'search-ended':
      await tx.study.update({ where: { id: studyId }, data: { reason: event.reason } });
      await tx.decision.create({ data: { studyId, kind: 'search-ended', text: event.reason } });
      return;
    case 'note':
      await tx.decision.create({ data: { studyId, kind: 'note', text: event.text } });
      return;
    case 'paused':
      await tx.study.update({ where: { id: studyId }, data: { state: 'paused' } });
      return;
    case 'finished':
      await tx.study.update({
        where: { id: studyId },
        data: { state: 'finished', endedAt: new Date(event.finishedAt) },
      });
  }
}

type TrialStarted = Extract<StudyEvent, { type: 'trial-started' }>;

async function startTrial(tx: Transaction, study: StudyPosition, event: TrialStarted): Promise<void> {
  const { role, number, configuration, why = null, startedFrom = null, worker } = event;
  const key = { studyId: study.studyId, role, number };
  const { backbone, values } = configuration;
  const known = await tx.trial.findUnique({
    where: { studyId_role_number: key },
    select: { startedAt: true },
  });
  // Of a journal the last start counts, and of what workers do the first.
  const first = study.startedAt === null ? known?.startedAt : null;
  const startedAt = first ?? timeOf(study, event);
  const by = worker !== undefined && { worker };
  const chosen = { backbone, values: json(values), why, startedFrom };
  const begun = { ...chosen, state: 'running', startedAt, ...by } as const;
  await tx.trial.upsert({
    where: { studyId_role_number: key },
    create: { ...key, ...begun, attempts: 1 },
    update: { ...begun, attempts: { increment: 1 } },
  });
}

async function trialId(tx: Transaction, studyId: string, { role, number }: TrialKey): Promise<string> {
  const { id } = await tx.trial.findUniqueOrThrow({
    where: { studyId_role_number: { studyId, role, number } },
    select: { id: true },
  });
  return id;
}

/** The baselines of a study so far, for events of version 1. */
export async function baselinesOf(
  tx: Pick<Transaction, 'trial'>,
  studyId: string,
): Promise<readonly KnownBaseline[]> {
  const rows = await tx.trial.findMany({
    where: { studyId, role: 'baseline' },
    orderBy: { number: 'asc' },
    select: { number: true, values: true },
  });
  return rows.map(({ number, values }) => ({
    number,
    learningRate: Number((values as Readonly<Record<string, unknown>>)['learningRate']),
  }));
}

/**
 * Adds an epoch to a trial. One that was trained again after a crash replaces what came before.
 *
 * The best epoch is the one whose weights the runner keeps: of the least validation loss, averaged with that
 * of the epoch before. `bestLoss` is that mean, by which the runner ranks trials.
 */
async function addEpoch(tx: Transaction, trial: string, record: EpochRecord): Promise<void> {
  await tx.metric.deleteMany({ where: { trialId: trial, epoch: { gte: record.epoch } } });
  await tx.metric.createMany({ data: { trialId: trial, ...record, metrics: json(record.metrics) } });
  await tx.$executeRaw`
    UPDATE "trial" SET ("bestEpoch", "bestGain", "bestLoss") = (
      SELECT "epoch", "gain", "smoothed" FROM (
        SELECT m."epoch",
          (m."metrics"->>(s."objective"->>'name'))::float8
            * CASE s."objective"->>'direction' WHEN 'minimise' THEN -1 ELSE 1 END AS "gain",
          (COALESCE(LAG(m."validationLoss") OVER (ORDER BY m."epoch"), m."validationLoss") + m."validationLoss") / 2
            AS "smoothed"
        FROM "metric" m JOIN "trial" t ON t."id" = m."trialId" JOIN "study" s ON s."id" = t."studyId"
        WHERE m."trialId" = ${trial}
      ) AS "epochs"
      ORDER BY "smoothed", "epoch" LIMIT 1
    ) WHERE "id" = ${trial}`;
}

/** The row of a study that begins; its first event is applied like the others. */
export async function beginStudy(
  tx: Transaction,
  place: {
    readonly projectId: string;
    readonly host: string;
    readonly folder: string;
    readonly name: string;
  },
  { settings, space, objective, startedAt }: StudyHeader,
): Promise<StudyPosition> {
  const begun = new Date(startedAt);
  const { id } = await tx.study.create({
    data: {
      ...place,
      state: 'running',
      settings: json(settings),
      space: json(space),
      objective: json(objective),
      createdAt: begun,
      startedAt: begun,
    },
  });
  return { studyId: id, startedAt: begun };
}

/** Plain data, as a column of JSON takes it. */
export const json = (value: unknown): Prisma.InputJsonValue =>
  JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
