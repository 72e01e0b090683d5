import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { lockHolder } from '@espalier/base/files';
import { modelScoreOf, type StudyHeader, type StudyReport } from '@espalier/study';
import { journalPath, readJournalFrom, readReport, readStudyHeader } from '@espalier/study/folder';
import type { Database } from '../database.js';
import { Prisma, type StudyState } from '../generated/client.js';
import {
  applyEvents,
  baselinesOf,
  beginStudy,
  json,
  tell,
  type StudyPosition,
  type Transaction,
} from './apply.js';

export interface SyncResult {
  readonly studyId: string;
  readonly state: StudyState;
  /** Events that were new. */
  readonly applied: number;
}

/** A folder of this machine; several machines may have one of the same path. */
export interface StudyLocation {
  readonly host: string;
  readonly folder: string;
}

const placeOf = (folder: string): StudyLocation => ({ host: hostname(), folder });

/** Bytes of a journal a transaction: who follows a study sees the first events soon. */
const PART_BYTES = 16_384;
const TRANSACTION_MILLISECONDS = 120_000;

/**
 * Brings what a study's journal says into the store, from where it was left. The study may be at work
 * meanwhile, and several may bring it at once: each event is applied once.
 *
 * @throws StudyError where there is no study, or its journal is damaged
 */
export async function syncJournal(
  database: Database,
  folder: string,
  projectId: string,
): Promise<SyncResult> {
  const root = resolve(folder);
  const header = await readStudyHeader(root);
  let applied = 0;
  for (;;) {
    const events = await syncPart(database, { root, projectId, header });
    if (events === null) return { ...(await settle(database, root)), applied };
    applied += events;
  }
}

interface Source {
  readonly root: string;
  readonly projectId: string;
  readonly header: StudyHeader;
}

/** Applies the next events, and gives how many they were; null where nothing more is in the journal. */
function syncPart({ client }: Database, { root, projectId, header }: Source): Promise<number | null> {
  return client.$transaction(
    async (tx) => {
      const known = await lockedStudy(tx, placeOf(root), header.startedAt);
      const baselines = known === null ? [] : await baselinesOf(tx, known.studyId);
      const place = { from: known?.journalEnd ?? 0, most: PART_BYTES, baselines };
      const { events, end } = await readJournalFrom(root, place);
      if (end === place.from) return null;
      const study: StudyPosition =
        known ?? (await beginStudy(tx, { projectId, ...placeOf(root), name: basename(root) }, header));
      // Lines of an earlier version may be no event of today.
      if (events.length > 0) await applyEvents(tx, study, events);
      await tx.study.update({ where: { id: study.studyId }, data: { journalEnd: BigInt(end) } });
      return events.length;
    },
    { timeout: TRANSACTION_MILLISECONDS, maxWait: TRANSACTION_MILLISECONDS },
  );
}

/**
 * Ends the studies of this machine whose folders are gone: nobody can go on with them.
 *
 * @returns how many they were
 */
export async function dropGone({ client }: Database): Promise<number> {
  const open = await client.study.findMany({
    where: { host: hostname(), folder: { not: null }, state: { in: ['running', 'paused'] } },
    select: { id: true, folder: true },
  });
  const gone = open.filter(({ folder }) => folder !== null && !existsSync(journalPath(folder)));
  for (const { id } of gone) {
    const reason = 'The folder of the study no longer exists.';
    await client.$transaction(async (tx) => {
      await tx.study.update({ where: { id }, data: { state: 'cancelled', reason } });
      await tell(tx, id, [{ kind: 'state', data: { state: 'cancelled', reason } }]);
    });
  }
  return gone.length;
}

/** The row of the study in a folder, which nobody else changes until the transaction ends. */
async function lockedStudy(
  tx: Transaction,
  place: StudyLocation,
  startedAt: string,
): Promise<(StudyPosition & { readonly journalEnd: number }) | null> {
  // Two that meet a new study at once would both begin it.
  const key = `${place.host} ${place.folder}`;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
  // Rows of before machines were told apart are of the machine that finds their folder.
  await tx.study.updateMany({ where: { folder: place.folder, host: null }, data: { host: place.host } });
  const study = await tx.study.findUnique({ where: { host_folder: place } });
  if (study === null) return null;
  const begun = new Date(startedAt);
  if (study.startedAt?.getTime() === begun.getTime())
    return { studyId: study.id, startedAt: begun, journalEnd: Number(study.journalEnd) };
  // Another study lies in the folder now; what is known of the old one stays.
  const state = study.state === 'finished' || study.state === 'failed' ? study.state : 'cancelled';
  await tx.study.update({ where: { id: study.id }, data: { folder: null, host: null, state } });
  if (state !== study.state) await tell(tx, study.id, [{ kind: 'state', data: { state } }]);
  return null;
}

/** The state that the journal alone cannot tell, and the report once it is written. */
async function settle({ client }: Database, folder: string): Promise<Omit<SyncResult, 'applied'>> {
  const study = await client.study.findUniqueOrThrow({ where: { host_folder: placeOf(folder) } });
  if (study.state === 'finished') {
    if (study.report === null) await addReport({ client }, study, folder);
    return { studyId: study.id, state: 'finished' };
  }
  const state = (await lockHolder(folder, 'study')) === null ? 'paused' : 'running';
  if (state !== study.state) {
    await client.$transaction(async (tx) => {
      // Another process may have brought its end meanwhile.
      const where = { id: study.id, state: study.state };
      const { count } = await tx.study.updateMany({ where, data: { state } });
      if (count === 1) await tell(tx, study.id, [{ kind: 'state', data: { state } }]);
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
    await tell(tx, id, [{ kind: 'reported', data: {} }]);
  });
}

async function addModel(
  tx: Transaction,
  { studyId, projectId, folder }: { studyId: string; projectId: string; folder: string },
  report: StudyReport,
): Promise<void> {
  const { best, trials, backbones, files } = report;
  const number = best.trial;
  const trial =
    number === null
      ? null
      : await tx.trial.findUniqueOrThrow({
          where: { studyId_role_number: { studyId, role: 'searched', number } },
        });
  const used =
    best.backbone === undefined
      ? trials.find((one) => one.number === number)?.configuration.backbone
      : best.backbone;
  const licence = licenceOf(backbones, used);
  await tx.model.create({
    data: {
      projectId,
      studyId,
      trialId: trial?.id ?? null,
      name: `${basename(folder)}, ${best.name ?? `trial ${number}`}`,
      location: join(folder, files.model),
      scores: json(modelScoreOf(report)),
      licence,
    },
  });
}

/** Of the network a model reads; one that reads none is its owner's. */
const licenceOf = (backbones: StudyReport['backbones'], used: string | null | undefined): string =>
  used === null ? OWN_LICENCE : (backbones.find(({ id }) => id === used)?.licence.spdx ?? 'unknown');

/** Of a model in which nothing is pre-trained. */
const OWN_LICENCE = 'Apache-2.0';
