import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { lockHolder } from '@espalier/files';
import { readReport, type StudyReport } from '@espalier/report';
import { readJournalEvents, type JournalEvents } from '@espalier/runner';
import type { Database } from '../database.js';
import { Prisma, type StudyState } from '../generated/client.js';
import { applyEvent, beginStudy, json, tell, type Applied, type Transaction } from './apply.js';

export interface Synced {
  readonly studyId: string;
  readonly state: StudyState;
  /** Events that were new. */
  readonly applied: number;
}

/** Events a transaction: who follows a study sees the first ones soon. */
const EVENTS_A_PART = 200;
const TRANSACTION_MILLISECONDS = 120_000;

/**
 * Brings what a study's journal says into the store, from where it was left. The study may be at work
 * meanwhile, and several may bring it at once: each event is applied once.
 *
 * @throws StudyError where there is no study, or its journal is damaged
 */
export async function syncJournal(database: Database, folder: string, projectId: string): Promise<Synced> {
  const root = resolve(folder);
  const journal = await readJournalEvents(root);
  // The header is an event too, the first.
  const total = journal.events.length + 1;
  let applied = 0;
  for (;;) {
    const part = await syncPart(database, { root, projectId, journal });
    applied += part.applied;
    if (part.read >= total) return { ...(await settle(database, root)), applied };
  }
}

interface Source {
  readonly root: string;
  readonly projectId: string;
  readonly journal: JournalEvents;
}

function syncPart(
  { client }: Database,
  { root, projectId, journal: { header, events } }: Source,
): Promise<{ readonly applied: number; readonly read: number }> {
  return client.$transaction(
    async (tx) => {
      const known = await lockedStudy(tx, root, header.startedAt);
      const study: Applied =
        known ?? (await beginStudy(tx, { projectId, folder: root, name: basename(root) }, header));
      const read = known?.journalRead ?? 0;
      const part = [header, ...events].slice(read, read + EVENTS_A_PART);
      for (const event of part) await applyEvent(tx, study, event);
      const journalRead = read + part.length;
      await tx.study.update({ where: { id: study.studyId }, data: { journalRead } });
      return { applied: part.length, read: journalRead };
    },
    { timeout: TRANSACTION_MILLISECONDS, maxWait: TRANSACTION_MILLISECONDS },
  );
}

/** The row of the study in a folder, which nobody else changes until the transaction ends. */
async function lockedStudy(
  tx: Transaction,
  folder: string,
  startedAt: string,
): Promise<(Applied & { readonly journalRead: number }) | null> {
  // Two that meet a new study at once would both begin it.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${folder}, 0))`;
  const study = await tx.study.findUnique({ where: { folder } });
  if (study === null) return null;
  const begun = new Date(startedAt);
  if (study.startedAt?.getTime() === begun.getTime())
    return { studyId: study.id, startedAt: begun, journalRead: study.journalRead };
  // Another study lies in the folder now; what is known of the old one stays.
  await tx.study.update({ where: { id: study.id }, data: { folder: null, state: 'cancelled' } });
  return null;
}

/** The state that the journal alone cannot tell, and the report once it is written. */
async function settle({ client }: Database, folder: string): Promise<Omit<Synced, 'applied'>> {
  const study = await client.study.findUniqueOrThrow({ where: { folder } });
  if (study.state === 'finished') {
    if (study.report === null) await addReport({ client }, study, folder);
    return { studyId: study.id, state: 'finished' };
  }
  const state = (await lockHolder(folder, 'study')) === null ? 'paused' : 'running';
  if (state !== study.state) {
    await client.$transaction(async (tx) => {
      await tx.study.update({ where: { id: study.id }, data: { state } });
      await tell(tx, study.id, 'state', { state });
    });
  }
  return { studyId: study.id, state };
}

async function addReport(
  { client }: Pick<Database, 'client'>,
  { id, projectId }: { readonly id: string; readonly projectId: string },
  folder: string,
): Promise<void> {
  const path = join(folder, 'report.json');
  if (!existsSync(path)) return;
  const report = await readReport(path);
  await client.$transaction(async (tx) => {
    const where = { id, report: { equals: Prisma.DbNull } };
    const { count } = await tx.study.updateMany({ where, data: { report: json(report) } });
    // Another process was first.
    if (count === 0) return;
    await addModel(tx, { studyId: id, projectId, folder }, report);
    await tell(tx, id, 'reported', {});
  });
}

async function addModel(
  tx: Transaction,
  { studyId, projectId, folder }: { studyId: string; projectId: string; folder: string },
  { best, trials, backbones, files }: StudyReport,
): Promise<void> {
  const number = best.trial;
  const trial = await tx.trial.findUniqueOrThrow({ where: { studyId_number: { studyId, number } } });
  const used = trials.find((one) => one.number === number)?.configuration.backbone;
  const licence = backbones.find(({ id }) => id === used)?.licence.spdx ?? 'unknown';
  const { accuracy } = best.test;
  await tx.model.create({
    data: {
      projectId,
      studyId,
      trialId: trial.id,
      name: `${basename(folder)}, trial ${number}`,
      location: join(folder, files.model),
      scores: json({ testAccuracy: accuracy }),
      licence,
    },
  });
}
