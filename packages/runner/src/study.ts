import { existsSync } from 'node:fs';
import { access, constants, mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lockFolder } from '@espalier/files';
import type { Configuration } from '@espalier/search';
import type { Backbone } from '@espalier/transfer';
import { removeFile } from './checkpoint.js';
import type { Listener } from './events.js';
import { StudyError } from './errors.js';
import { decide } from './answer/decide.js';
import { finishAnswer, judge, type BestModel, type Verdicts } from './finish.js';
import {
  beginJournal,
  journalPath,
  readJournal,
  repairJournal,
  type StudyHeader,
  type StudyLog,
} from './journal.js';
import type { ProbeRecord } from './probes/record.js';
import { probeAll } from './probes/probeAll.js';
import type { Probed } from './probes/probing.js';
import { ranked, type TrialRecord } from './records.js';
import { runScratch } from './scratch.js';
import { searchTrials, trialName } from './search.js';
import { checkpointPath, openSession, type Session } from './session.js';
import type { StudySettings } from './settings.js';
import { spaceOf } from './spaces.js';

export interface StudyOptions {
  /** Where the study and its results lie. */
  readonly folder: string;
  readonly backbones: readonly Backbone[];
  /** What was left out before a study begins, for its report. */
  readonly notes?: readonly string[];
  readonly onEvent?: Listener;
  readonly signal?: AbortSignal;
}

/** A finished study. */
export interface StudyResult {
  readonly folder: string;
  readonly header: StudyHeader;
  readonly session: Pick<Session, 'data' | 'candidates' | 'settings' | 'engine'>;
  readonly trials: readonly TrialRecord[];
  /** What linear classifiers reach without any trial. */
  readonly probes: readonly ProbeRecord[];
  /** Why the search ended. */
  readonly reason: string;
  /** What was not done as it was asked. */
  readonly notes: readonly string[];
  readonly best: BestModel;
  readonly verdicts: Verdicts;
  /** Seconds of work, over all sessions. */
  readonly seconds: number;
}

/**
 * Searches from the beginning.
 *
 * @throws StudyError, DatasetError, BackboneError, OnnxError, EngineError or FeatureError with a
 * sentence for people; the signal's reason when aborted, after which {@link resumeStudy} goes on
 */
export async function runStudy(settings: StudySettings, options: StudyOptions): Promise<StudyResult> {
  requireDistinct(options.backbones);
  const fresh = !existsSync(options.folder);
  await requireWritable(options.folder);
  try {
    return await locked(options.folder, () => begin(settings, options));
  } catch (error) {
    // What failed before it began leaves nothing behind.
    if (fresh && !existsSync(journalPath(options.folder))) await rmdir(options.folder).catch(() => undefined);
    throw error;
  }
}

async function begin(settings: StudySettings, options: StudyOptions): Promise<StudyResult> {
  if (existsSync(journalPath(options.folder))) {
    throw new StudyError(
      `${options.folder} already holds a study; continue it with --resume ${options.folder}, or choose another --out`,
    );
  }
  const session = await open(settings, options, 0);
  return closing(session, async () => {
    const header: StudyHeader = {
      type: 'study',
      version: 1,
      startedAt: new Date().toISOString(),
      settings,
      space: spaceOf(settings, session.candidates),
      data: session.data.hash,
      models: prepared(session).map(({ fingerprint }) => fingerprint),
      elapsed: session.elapsed(),
    };
    await beginJournal(options.folder, header);
    const { notes = [] } = options;
    for (const text of notes) await session.record({ type: 'note', text });
    const log = { probes: [], trials: [], searchEnded: null, scratch: [], scratchEpochs: new Map() };
    return work(session, header, { ...log, notes });
  });
}

/** Goes on with a study that was interrupted; a finished one is measured again. */
export async function resumeStudy(options: StudyOptions): Promise<StudyResult> {
  await requireWritable(options.folder);
  return locked(options.folder, async () => {
    await repairJournal(options.folder);
    const log = await readJournal(options.folder);
    await sweep(options.folder, log.trials);
    options.onEvent?.({ kind: 'resumed', trials: log.trials, elapsed: log.elapsed });
    const session = await open(log.header.settings, options, log.elapsed);
    return closing(session, async () => {
      requireSame(log.header, session);
      return work(session, log.header, log);
    });
  });
}

/** Removes what a process that was killed left behind: half-written files, checkpoints of ended trials. */
async function sweep(folder: string, trials: readonly TrialRecord[]): Promise<void> {
  const ended = trials.filter(({ status }) => status !== 'running');
  const checkpoints = new Set(ended.map(({ number }) => checkpointPath(folder, trialName(number))));
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (name.endsWith('.tmp') || checkpoints.has(path)) await removeFile(path);
  }
}

function requireDistinct(backbones: readonly Backbone[]): void {
  const ids = backbones.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice === undefined) return;
  throw new StudyError(`two backbones are called '${twice}'; give one another id in its espalier.json`);
}

const prepared = (session: Session): Session['candidates'][number]['prepared'][] =>
  session.candidates.map((candidate) => candidate.prepared);

async function locked<T>(folder: string, run: () => Promise<T>): Promise<T> {
  const unlock = await lockFolder(folder, 'study');
  try {
    return await run();
  } finally {
    await unlock();
  }
}

async function closing<T>(session: Session, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } finally {
    await session.close();
  }
}

const open = (settings: StudySettings, options: StudyOptions, elapsedBefore: number): Promise<Session> =>
  openSession({
    ...options,
    settings,
    elapsedBefore,
    emit: options.onEvent ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
  });

/** One folder after the other: Node's own recursion never ends where the system refuses, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) {
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: 'it is a file' });
    return;
  }
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder);
}

/** Finds out before the work and not after it that results cannot be kept. */
async function requireWritable(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new StudyError(`cannot write results to ${folder} (${reason}); choose another folder with --out`, {
      cause,
    });
  }
}

/** @throws StudyError where dataset or backbones are others than when the study began */
export function requireSame(
  header: Pick<StudyHeader, 'settings' | 'data' | 'models'>,
  session: Session,
): void {
  if (session.data.hash !== header.data) {
    throw new StudyError(
      `the dataset ${header.settings.dataset.path} has changed since the study began; start a new study`,
    );
  }
  const changed = prepared(session).find(({ fingerprint }, i) => fingerprint !== header.models[i]);
  if (changed !== undefined) {
    throw new StudyError(
      `backbone ${changed.backbone.id}, its preprocessing or its stages have changed since the study began; ` +
        'start a new study',
    );
  }
}

async function work(
  session: Session,
  header: StudyHeader,
  log: Omit<StudyLog, 'header' | 'elapsed' | 'finishedAt'>,
): Promise<StudyResult> {
  const trials = [...log.trials];
  const notes = [...log.notes];
  try {
    const tell = async (texts: readonly string[]): Promise<void> => {
      for (const text of texts.filter((one) => !notes.includes(one))) {
        await session.record({ type: 'note', text });
        notes.push(text);
      }
    };
    await tell((await session.probing()).omitted);
    const { probed, notes: left } = await probeAll(session, log.probes);
    await tell(left);
    const reason = log.searchEnded ?? (await searchAll(session, header, trials, notes));
    const result = await finishStudy(session, header, { ...log, probed, trials, notes, reason });
    await session.record({ type: 'finished', finishedAt: new Date().toISOString() });
    return result;
  } catch (error) {
    if (error === session.signal.reason) await session.record({ type: 'paused' });
    throw error;
  }
}

/** A study whose search has ended. */
export interface Searched extends Pick<StudyLog, 'scratch' | 'scratchEpochs' | 'notes'> {
  readonly probed: readonly Probed[];
  readonly trials: readonly TrialRecord[];
  /** Why the search ended. */
  readonly reason: string;
}

/**
 * Trains the twins that are missing, chooses the answer, fits it again, measures it and writes its model.
 * The weights of the best trials and of the twins are in the study's folder.
 */
export async function finishStudy(
  session: Session,
  header: StudyHeader,
  { probed, trials, reason, notes, ...log }: Searched,
): Promise<StudyResult> {
  const scratch = await runScratch(session, twinOf(session, trials), log);
  const decision = await decide(session, probed, trials);
  for (const text of decision.notes) await session.record({ type: 'note', text });
  const best = await finishAnswer(session, decision);
  const verdicts = judge(session, best, scratch);
  return {
    ...{ folder: session.folder, header, session, trials, reason, best, verdicts },
    probes: probed.map(({ record }) => record),
    notes: [...notes, ...decision.notes],
    seconds: session.elapsed(),
  };
}

/** What the twin from random weights shares with the best trial; without one, with the first backbone. */
function twinOf(session: Session, trials: readonly TrialRecord[]): Configuration {
  const [winner] = ranked(trials);
  if (winner !== undefined) return winner.configuration;
  const { settings, candidates } = session;
  const [first] = candidates as [Session['candidates'][number]];
  return {
    backbone: first.prepared.backbone.id,
    freezeDepth: 0,
    learningRate: settings.scratchRates[0] as number,
    layerDecay: 1,
    weightDecay: 0.01,
    augmentation: 'none',
  };
}

/** What follows the search depends on its winner: no trial may be added after it. */
async function searchAll(
  session: Session,
  header: StudyHeader,
  trials: TrialRecord[],
  notes: string[],
): Promise<string> {
  const reason = await searchTrials(session, header.space, trials, notes);
  await session.record({ type: 'search-ended', reason });
  return reason;
}
