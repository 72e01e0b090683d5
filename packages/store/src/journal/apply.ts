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

/** Writes what one event of a journal changes, and the event itself for those who follow the study. */
export async function applyEvent(tx: Transaction, study: Applied, event: JournalEvent): Promise<void> {
  await applyChange(tx, study, event);
  await tx.study.update({ where: { id: study.studyId }, data: { elapsed: event.elapsed } });
  const { type, ...data } = event;
  await tell(tx, study.studyId, type, type === 'study' ? {} : data);
}

/** Adds an event that those who follow the study hear of, once the transaction is committed. */
export async function tell(tx: Transaction, studyId: string, kind: string, data: object): Promise<void> {
  const { events: number } = await tx.study.update({
    where: { id: studyId },
    data: { events: { increment: 1 } },
    select: { events: true },
  });
  await tx.event.create({ data: { studyId, number, kind, data: json(data) } });
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

/** An epoch that was trained again after a crash replaces what came before. */
async function addEpoch(tx: Transaction, trial: string, record: Epoch): Promise<void> {
  await tx.metric.deleteMany({ where: { trialId: trial, epoch: { gte: record.epoch } } });
  await tx.metric.create({ data: { trialId: trial, ...record } });
  const best = await tx.metric.findFirstOrThrow({
    where: { trialId: trial },
    orderBy: [{ validationAccuracy: 'desc' }, { validationLoss: 'asc' }, { epoch: 'asc' }],
  });
  await tx.trial.update({
    where: { id: trial },
    data: {
      bestEpoch: best.epoch,
      bestAccuracy: best.validationAccuracy,
      bestLoss: best.validationLoss,
    },
  });
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
  place: { readonly projectId: string; readonly folder: string; readonly name: string },
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
