import type { JournalEvent, StudyHeader } from '@espalier/runner';
import { EVENT_CHANNEL } from '../database.js';
import type { Prisma } from '../generated/client.js';

/** A database inside a transaction. */
export type Transaction = Prisma.TransactionClient;

/** The study whose events are applied. */
export interface Applied {
  readonly studyId: string;
  readonly startedAt: Date;
}

type Epoch = Extract<JournalEvent, { type: 'epoch' }>['record'];
type Configuration = Extract<JournalEvent, { type: 'trial-started' }>['configuration'];

/** Writes what events of a journal change, and the events themselves for those who follow the study. */
export async function applyEvents(
  tx: Transaction,
  study: Applied,
  events: readonly JournalEvent[],
): Promise<void> {
  for (const event of events) await applyChange(tx, study, event);
  const elapsed = Math.max(...events.map((event) => event.elapsed));
  await tx.study.update({ where: { id: study.studyId }, data: { elapsed } });
  const told = events.map(({ type, ...data }) => ({ kind: type, data: type === 'study' ? {} : data }));
  await tell(tx, study.studyId, told);
}

/** What followers are told. */
export interface Told {
  readonly kind: string;
  readonly data: object;
}

/** Adds events that those who follow the study hear of, once the transaction is committed. */
export async function tell(tx: Transaction, studyId: string, told: readonly Told[]): Promise<void> {
  const { events: last } = await tx.study.update({
    where: { id: studyId },
    data: { events: { increment: told.length } },
    select: { events: true },
  });
  const first = last - told.length + 1;
  await tx.event.createMany({
    data: told.map(({ kind, data }, i) => ({ studyId, number: first + i, kind, data: json(data) })),
  });
  await tx.$executeRaw`SELECT pg_notify(${EVENT_CHANNEL}, ${studyId})`;
}

/** Journals hold no time but seconds of work; what a study was interrupted for is not in them. */
const timeOf = ({ startedAt }: Applied, { elapsed }: JournalEvent): Date =>
  new Date(startedAt.getTime() + 1000 * elapsed);

async function applyChange(tx: Transaction, study: Applied, event: JournalEvent): Promise<void> {
  const { studyId } = study;
  switch (event.type) {
    case 'study':
      return;
    case 'trial-started':
      return startTrial(tx, study, event.number, event.configuration, timeOf(study, event));
    case 'epoch':
      return addEpoch(tx, await trialId(tx, studyId, event.number), event.record);
    case 'trial-ended': {
      const id = await trialId(tx, studyId, event.number);
      const { status: state, reason } = event;
      await tx.trial.update({ where: { id }, data: { state, reason, endedAt: timeOf(study, event) } });
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
    case 'scratch-epoch':
      return addEpoch(tx, await twinId(tx, study, event.learningRate, event), event.record);
    case 'scratch-ended':
      return endTwin(tx, study, event);
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

async function startTrial(
  tx: Transaction,
  { studyId }: Applied,
  number: number,
  configuration: Configuration,
  startedAt: Date,
): Promise<void> {
  const begun = { state: 'running', startedAt } as const;
  await tx.trial.upsert({
    where: { studyId_number: { studyId, number } },
    create: { studyId, number, ...configuration, ...begun, attempts: 1 },
    update: { ...configuration, ...begun, attempts: { increment: 1 } },
  });
}

async function trialId(tx: Transaction, studyId: string, number: number): Promise<string> {
  const { id } = await tx.trial.findUniqueOrThrow({
    where: { studyId_number: { studyId, number } },
    select: { id: true },
  });
  return id;
}

/**
 * Adds an epoch to a trial. One that was trained again after a crash replaces what came before.
 *
 * The best epoch is the one whose weights the runner keeps: of the least validation loss, averaged with that
 * of the epoch before. `bestLoss` is that mean, by which the runner ranks trials.
 */
export async function addEpoch(tx: Transaction, trial: string, record: Epoch): Promise<void> {
  await tx.metric.deleteMany({ where: { trialId: trial, epoch: { gte: record.epoch } } });
  await tx.metric.createMany({ data: { trialId: trial, ...record } });
  await tx.$executeRaw`
    UPDATE "trial" SET ("bestEpoch", "bestAccuracy", "bestLoss") = (
      SELECT "epoch", "validationAccuracy", "smoothed" FROM (
        SELECT "epoch", "validationAccuracy",
          (COALESCE(LAG("validationLoss") OVER (ORDER BY "epoch"), "validationLoss") + "validationLoss") / 2
            AS "smoothed"
        FROM "metric" WHERE "trialId" = ${trial}
      ) AS "epochs"
      ORDER BY "smoothed", "epoch" LIMIT 1
    ) WHERE "id" = ${trial}`;
}

/** The twin from random weights with a learning rate; it is made when it is first heard of. */
async function twinId(
  tx: Transaction,
  study: Applied,
  learningRate: number,
  event: JournalEvent,
): Promise<string> {
  const { studyId } = study;
  const twins = await tx.trial.findMany({ where: { studyId, number: { lt: 0 } } });
  const known = twins.find((twin) => twin.learningRate === learningRate);
  if (known !== undefined) return known.id;
  const { id } = await tx.trial.create({
    data: {
      studyId,
      number: -1 - twins.length,
      state: 'running',
      backbone: '',
      freezeDepth: 0,
      learningRate,
      layerDecay: 1,
      weightDecay: 0,
      augmentation: '',
      startedAt: timeOf(study, event),
    },
  });
  return id;
}

async function endTwin(
  tx: Transaction,
  study: Applied,
  event: Extract<JournalEvent, { type: 'scratch-ended' }>,
): Promise<void> {
  const id = await twinId(tx, study, event.learningRate, event);
  for (const record of event.epochs) await addEpoch(tx, id, record);
  const { status: state, reason, backbone } = event;
  await tx.trial.update({ where: { id }, data: { state, reason, backbone, endedAt: timeOf(study, event) } });
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
  { settings, space, startedAt }: StudyHeader,
): Promise<Applied> {
  const begun = new Date(startedAt);
  const { id } = await tx.study.create({
    data: {
      ...place,
      state: 'running',
      settings: json(settings),
      space: json(space),
      createdAt: begun,
      startedAt: begun,
    },
  });
  return { studyId: id, startedAt: begun };
}

/** Plain data, as a column of JSON takes it. */
export const json = (value: unknown): Prisma.InputJsonValue =>
  JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
