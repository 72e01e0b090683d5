import { existsSync } from 'node:fs';
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Backbone } from '@espalier/transfer';
import type { Listener } from './events.js';
import { StudyError } from './errors.js';
import { finishBest, judge, type BestModel, type Verdicts } from './finish.js';
import { beginJournal, readJournal, type StudyHeader, type StudyLog } from './journal.js';
import { lockFolder } from './lock.js';
import { ranked, type TrialRecord } from './records.js';
import { runScratch } from './scratch.js';
import { searchTrials } from './search.js';
import { openSession, type Session } from './session.js';
import type { StudySettings } from './settings.js';
import { spaceOf } from './spaces.js';

export interface StudyOptions {
  /** Where the study and its results lie. */
  readonly folder: string;
  readonly backbones: readonly Backbone[];
  readonly onEvent?: Listener;
  readonly signal?: AbortSignal;
}

/** A finished study. */
export interface StudyResult {
  readonly folder: string;
  readonly header: StudyHeader;
  readonly session: Pick<Session, 'data' | 'candidates' | 'settings'>;
  readonly trials: readonly TrialRecord[];
  /** Why the search ended. */
  readonly reason: string;
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
  await requireWritable(options.folder);
  return locked(options.folder, async () => {
    const log = await readJournal(options.folder).catch(() => null);
    if (log !== null) {
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
        models: prepared(session).map(({ hash }) => hash),
        elapsed: session.elapsed(),
      };
      await beginJournal(options.folder, header);
      return work(session, header, [], []);
    });
  });
}

/** Goes on with a study that was interrupted; a finished one is evaluated again. */
export async function resumeStudy(log: StudyLog, options: StudyOptions): Promise<StudyResult> {
  await requireWritable(options.folder);
  return locked(options.folder, async () => {
    const session = await open(log.header.settings, options, log.elapsed);
    return closing(session, async () => {
      requireSame(log.header, session);
      return work(session, log.header, [...log.trials], log.scratch);
    });
  });
}

const prepared = (session: Session): Session['candidates'][number]['prepared'][] =>
  session.candidates.map((candidate) => candidate.prepared);

async function locked<T>(folder: string, run: () => Promise<T>): Promise<T> {
  const unlock = await lockFolder(folder);
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

function requireSame(header: StudyHeader, session: Session): void {
  if (session.data.hash !== header.data) {
    throw new StudyError(
      `the dataset ${header.settings.dataset.path} has changed since the study began; start a new study`,
    );
  }
  const changed = prepared(session).find(({ hash }, i) => hash !== header.models[i]);
  if (changed !== undefined) {
    throw new StudyError(
      `backbone ${changed.backbone.id} has changed since the study began; start a new study`,
    );
  }
}

async function work(
  session: Session,
  header: StudyHeader,
  trials: TrialRecord[],
  scratchDone: StudyLog['scratch'],
): Promise<StudyResult> {
  try {
    const reason = await searchTrials(session, header.space, trials);
    const [winner] = ranked(trials);
    if (winner === undefined) throw noResult(trials);
    const { settings } = session;
    const scratch = settings.scratch ? await runScratch(session, winner.configuration, scratchDone) : null;
    const best = await finishBest(session, winner);
    const verdicts = judge(session, best, scratch);
    await session.record({ type: 'finished', finishedAt: new Date().toISOString() });
    const { folder } = session;
    return { folder, header, session, trials, reason, best, verdicts, seconds: session.elapsed() };
  } catch (error) {
    if (session.signal.aborted) await session.record({ type: 'paused' });
    throw error;
  }
}

function noResult(trials: readonly TrialRecord[]): StudyError {
  const first = trials.find(({ status }) => status === 'failed');
  const why = first === undefined ? 'the budget allowed no epoch' : `trial ${first.number}: ${first.reason}`;
  return new StudyError(`no trial has a result (${why}); lower the learning rates or raise the budget`);
}
