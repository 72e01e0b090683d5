import { existsSync } from 'node:fs';
import { access, constants, mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { experienceNotes, type Course } from '@espalier/search';
import {
  beginningOf,
  dropped,
  EVENTS_VERSION,
  searchedTrials,
  trialName,
  type Environment,
  type GrowthReport,
  type Measured,
  type ProbeRecord,
  type Provenance,
  type StudyEvent,
  type StudyHeader,
  type StudyLog,
  type StudyRequest,
  type TrialRecord,
  type Unstamped,
} from '@espalier/study';
import type { Backbone } from '@espalier/transfer';
import { removeFile } from '../training/checkpoint.js';
import type { Listener } from './events.js';
import { StudyError } from '../errors.js';
import { keepEarlier, keptEarlier, readEarlier } from '../growth/earlier.js';
import { knownOf, writeExamples } from '../growth/files.js';
import { growthReport } from '../growth/compare.js';
import { changesSince, growthNotes, growthOf } from '../growth/grow.js';
import { limitNotes, measureBefore, measureFirst } from '../costs/before.js';
import { openMeter, type Meter } from '../costs/meter.js';
import { decide } from '../answer/decide.js';
import { advise, type Advised } from '../answer/findings.js';
import { provenanceOf } from '../answer/provenance.js';
import { finishAnswer, judge, type BestModel, type Verdicts } from '../answer/finish.js';
import { measureBaseline } from '../training/baseline.js';
import { journalPath, openFolderStorage, renameFormer } from '@espalier/study/folder';
import { keyOf, readStudy, WHOLE_STUDY, type StudyClaim, type StudyStorage } from '@espalier/study/storage';
import { createHistory, type History } from './history.js';
import { probeAll } from '../probes/probeAll.js';
import type { Probed } from '../probes/probing.js';
import { runTrials } from './trials.js';
import type { Work } from './work.js';
import { keepExperience, knownExperience } from './experience.js';
import { checkpointPath, weightsPath } from '@espalier/study/folder';
import { requireTime } from '../estimate/time.js';
import { requireOffered } from './offer.js';
import { openSession, type Session, type SessionOptions } from './session.js';

export interface StudyOptions {
  /** Where the study and its results lie. */
  readonly folder: string;
  readonly backbones: readonly Backbone[];
  /** Of this machine; a study that goes on has by default that of the machine which began it. */
  readonly environment?: Environment;
  /** What was left out before a study begins, for its report. */
  readonly notes?: readonly string[];
  /** Seconds of work that a new study has taken already, such as for finding its backbones. */
  readonly elapsedBefore?: number;
  readonly onEvent?: Listener;
  readonly signal?: AbortSignal;
}

/** A finished study. */
export interface StudyResult {
  readonly folder: string;
  readonly header: StudyHeader;
  readonly session: Pick<Session, 'data' | 'candidates' | 'settings' | 'engine'>;
  /** Those of the search. */
  readonly trials: readonly TrialRecord[];
  /** What linear classifiers reach without any trial. */
  readonly probes: readonly ProbeRecord[];
  /** Why the search ended. */
  readonly reason: string;
  /** What was not done as it was asked. */
  readonly notes: readonly string[];
  /** What networks cost, as far as it was measured. */
  readonly measured: Measured;
  readonly best: BestModel;
  readonly verdicts: Verdicts;
  /** What has changed since the study that this one grows; null where it grows none. */
  readonly growth: GrowthReport | null;
  readonly advised: Advised;
  /** Which examples chose what. */
  readonly provenance: readonly Provenance[];
  /** Seconds of work, over all sessions. */
  readonly seconds: number;
}

/**
 * Searches from the beginning.
 *
 * @throws StudyError, DatasetError, BackboneError, OnnxError, EngineError or ActivationError with a
 * sentence for people; the signal's reason when aborted, after which {@link resumeStudy} goes on
 */
export async function runStudy(settings: StudyRequest, options: StudyOptions): Promise<StudyResult> {
  requireDistinct(options.backbones);
  const fresh = !existsSync(options.folder);
  await requireWritable(options.folder);
  try {
    return await claimed(options.folder, (kept) => begin(kept, settings, options));
  } catch (error) {
    // What failed before it began leaves nothing behind.
    if (fresh && !existsSync(journalPath(options.folder))) await rmdir(options.folder).catch(() => undefined);
    throw error;
  }
}

async function begin(
  { storage, claim }: Kept,
  settings: StudyRequest,
  options: StudyOptions,
): Promise<StudyResult> {
  const { folder, notes = [] } = options;
  const holdsStudy = (): StudyError =>
    new StudyError(
      `${folder} already holds a study; continue it with --resume ${folder}, or choose another --out`,
    );
  if (existsSync(journalPath(folder))) throw holdsStudy();
  const environment = requireEnvironment(options.environment, folder);
  const history = createHistory(storage, claim);
  const earlier = settings.from === undefined ? null : await readEarlier(settings.from, options.signal);
  const { elapsedBefore = 0 } = options;
  const session = await open(history, { ...options, settings, environment, elapsedBefore, earlier });
  return closing(session, async () => {
    await requireTime(session);
    const measured = await measureFirst(session);
    await writeExamples(folder, knownOf(session.data));
    if (earlier !== null) await keepEarlier(folder, earlier);
    const known = await knownExperience(session, environment);
    const header: StudyHeader = {
      type: 'study',
      version: EVENTS_VERSION,
      startedAt: new Date().toISOString(),
      settings,
      environment,
      space: session.space,
      objective: session.objective,
      data: session.data.hash,
      models: prepared(session).map(({ fingerprint }) => fingerprint),
      ...(earlier && { growth: growthOf(earlier, session.space) }),
      ...(known.length > 0 && { experience: known }),
      elapsed: session.elapsed(),
    };
    if (!(await storage.append(claim, { event: header, key: keyOf(header) }))) throw holdsStudy();
    history.begin(beginningOf(header));
    for (const [network, costs] of Object.entries(measured))
      await session.record({ type: 'measured', network, costs });
    for (const text of notes) await session.record({ type: 'note', text });
    const grown = earlier === null ? [] : growthNotes(earlier, changesSince(earlier, session.data));
    for (const text of [...experienceNotes(known), ...grown]) {
      await session.record({ type: 'note', text });
      session.emit({ kind: 'note', text });
    }
    return work(session, history);
  });
}

/** Goes on with a study that was interrupted; a finished one is measured again. */
export async function resumeStudy(options: StudyOptions): Promise<StudyResult> {
  const { folder } = options;
  await requireWritable(folder);
  return claimed(folder, async ({ storage, claim }) => {
    const log = await readStudy(storage, journalPath(folder));
    await renameFormer(folder);
    await sweep(folder, log.trials);
    options.onEvent?.({ kind: 'resumed', trials: log.trials, elapsed: log.elapsed });
    const { settings, space } = log.header;
    const environment = requireEnvironment(options.environment ?? log.header.environment, folder);
    const history = createHistory(storage, claim);
    history.begin(log);
    const elapsedBefore = log.elapsed;
    const earlier = log.header.growth === undefined ? null : await keptEarlier(folder);
    const begun = { settings, space, environment, elapsedBefore, earlier };
    const session = await open(history, { ...options, ...begun });
    return closing(session, async () => {
      requireSame(log.header, session);
      return work(session, history);
    });
  });
}

/** @throws StudyError where nobody says where activations are kept */
export function requireEnvironment(environment: Environment | null | undefined, folder: string): Environment {
  if (environment) return environment;
  throw new StudyError(`it is not known where the activations of the study in ${folder} are kept`);
}

/**
 * Removes what a process that was killed left behind: half-written files, checkpoints of ended trials, and weights
 * that nothing needs any more.
 */
async function sweep(folder: string, trials: readonly TrialRecord[]): Promise<void> {
  const ended = trials.filter(({ status }) => status !== 'running');
  const left = new Set([
    ...ended.map((trial) => checkpointPath(folder, trialName(trial))),
    ...dropped(trials).map((trial) => weightsPath(folder, trialName(trial))),
  ]);
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (name.endsWith('.tmp') || left.has(path)) await removeFile(path);
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

/** A study's storage, and this process's claim of the study. */
interface Kept {
  readonly storage: StudyStorage;
  readonly claim: StudyClaim;
}

/** @throws LockedError naming the process that is at work on the study */
async function claimed<T>(folder: string, run: (kept: Kept) => Promise<T>): Promise<T> {
  const storage = openFolderStorage(folder);
  const claiming = await storage.claim(WHOLE_STUDY, `process ${process.pid}`);
  if (claiming.kind === 'taken') throw claiming.error;
  try {
    return await run({ storage, claim: claiming.claim });
  } finally {
    await storage.release(claiming.claim);
  }
}

async function closing<T>(session: Session, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } finally {
    await session.close();
  }
}

type Opening = Pick<
  SessionOptions,
  'folder' | 'settings' | 'environment' | 'backbones' | 'elapsedBefore' | 'space' | 'earlier'
>;

async function open(history: History, options: Opening & StudyOptions): Promise<Session> {
  requireOffered(options.settings);
  const stamped = (event: Unstamped): StudyEvent => ({ ...event, elapsed: session.elapsed() }) as StudyEvent;
  const session: Session = await openSession({
    ...options,
    emit: options.onEvent ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
    record: (event) => history.record(stamped(event)),
    checkpoints: {
      write: (checkpoint, event) => history.hold(checkpoint, event && stamped(event)),
      read: (name) => history.held(name),
      remove: (name) => history.drop(name),
    },
  });
  return session;
}

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

async function work(session: Session, history: History): Promise<StudyResult> {
  const { log } = history;
  const running: Work = {
    session,
    notes: () => log().notes,
    course: (): Course => courseOf(session, log()),
  };
  try {
    session.emit({ kind: 'space', space: log().header.space, objective: log().header.objective });
    const tell = async (texts: readonly string[]): Promise<void> => {
      for (const text of texts.filter((one) => !log().notes.includes(one))) {
        await session.record({ type: 'note', text });
        session.emit({ kind: 'note', text });
      }
    };
    const meter = openMeter(session, log().measured);
    await measureBefore(session, meter);
    await tell([...(await limitNotes(session, meter.measured())), ...(await session.probing()).omitted]);
    const { probed, notes } = await probeAll(session, log().probes, meter.measured());
    await tell(notes);
    await runTrials(running);
    const { header, trials, searchEnded } = log();
    const searched = { probed, trials, notes: log().notes, reason: searchEnded ?? '' };
    const result = await finishStudy(session, header, { ...searched, meter });
    await session.record({ type: 'finished', finishedAt: new Date().toISOString() });
    await keepExperience(session, log());
    return result;
  } catch (error) {
    if (error === session.signal.reason) await session.record({ type: 'paused' });
    throw error;
  }
}

const courseOf = (
  session: Session,
  { header, probes, trials, searchEnded, featured, measured, starting }: StudyLog,
): Course => ({
  settings: session.settings,
  space: header.space,
  objective: header.objective,
  trainable: session.trainable,
  ...{ probes, trials, searchEnded, featured, measured, starting },
  ...(header.growth && { first: header.growth.first }),
  ...(header.experience && { experience: header.experience }),
  elapsed: session.elapsed(),
});

/** A study whose trials are over. */
export interface Searched {
  readonly probed: readonly Probed[];
  readonly trials: readonly TrialRecord[];
  readonly notes: readonly string[];
  /** Why the search ended. */
  readonly reason: string;
  readonly meter: Meter;
}

/**
 * Chooses the answer of a study whose trials are over, fits it again, measures it and writes its model.
 * The weights of the best trials and of the baselines are in the study's folder.
 */
export async function finishStudy(
  session: Session,
  header: StudyHeader,
  { probed, trials, reason, notes, meter }: Searched,
): Promise<StudyResult> {
  const baseline = await measureBaseline(session, trials);
  const decision = await decide(session, probed, trials, meter);
  for (const text of decision.notes) await session.record({ type: 'note', text });
  const best = await finishAnswer(session, decision);
  for (const text of best.notes) await session.record({ type: 'note', text });
  const found = { probed, trials, judged: decision };
  const verdicts = await judge(session, best, baseline, found);
  const advised = await advise(session, probed, trials, { decision, verdicts });
  return {
    ...{
      folder: session.folder,
      header,
      session,
      trials: searchedTrials(trials),
      reason,
      best,
      verdicts,
      advised,
    },
    probes: probed.map(({ record }) => record),
    notes: [...new Set([...notes, ...decision.notes, ...best.notes])],
    measured: meter.measured(),
    provenance: provenanceOf(session, {
      ...{ probed, trials, leaderboard: best.leaderboard, measured: best.measured },
      written: best.everything ? 'everything' : best.measured,
    }),
    growth: session.earlier === null ? null : growthReport(session.earlier, session, best.test),
    seconds: session.elapsed(),
  };
}
