import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Blobs } from '@espalier/blobs';
import { privateFolder } from '@espalier/base/files';
import {
  claimTask,
  LostClaimError,
  recordCrash,
  recordFailure,
  type ClaimedTask,
  type Claimant,
  type HeldTask,
  type Queue,
  type ToldProgress,
} from '@espalier/queue';
import type { Environment, Progress } from '@espalier/study';
import { ProcessEndedError, StoppedError } from '../errors.js';
import { watchProgress } from './progress.js';
import { startStudyProcess, type ChildProgram, type StudyProcess } from '../process/process.js';
import { untilItWorks } from './retry.js';
import type { OpenStudy, ParentFunctions } from '../process/protocol.js';
import type { SharedActivations } from '../share.js';
import { openTask, parentOf, perform, restore, type TaskContext } from './task.js';
import { inTaskSpan } from './tracing.js';

/** Between two looks for work. */
const IDLE_MILLISECONDS = 300;
/** Milliseconds that a study's process waits for its next task. */
const KEPT_MILLISECONDS = 60_000;
/** Milliseconds that a stopped task may take before its process is killed. */
const STOP_MILLISECONDS = 10_000;

export interface LaneOptions {
  readonly queue: Queue;
  readonly blobs: Blobs;
  readonly worker: () => Claimant;
  /** Of this machine, for what is under way. */
  readonly folder: string;
  readonly environment: Environment;
  readonly child: ChildProgram;
  readonly shared: SharedActivations | null;
  /** Finds a study's dataset on this machine. */
  readonly locate: (task: ClaimedTask) => Promise<string>;
  /** Finds the backbones that were added to its project. */
  readonly locateBackbones: (task: ClaimedTask) => Promise<OpenStudy['added']>;
  /** Seconds in which a task has to show progress; one that does not has its process ended. */
  readonly stallSeconds: number;
  readonly onFailure: (message: string) => void;
  readonly onEpoch: TaskContext['onEpoch'];
  readonly onCached: TaskContext['onCached'];
}

/** Does one task after the other, each study in a process of its own. */
export interface Lane {
  /** Ends once the worker stops and what was under way is given back. */
  readonly done: Promise<void>;
  /** Whether the lane runs this task or is about to take one. */
  mayHold(one: HeldTask): boolean;
  /**
   * Lets go of a task that is no longer the worker's, or whose study rests.
   *
   * @param asked when that was asked, in milliseconds: what was claimed since is not in it
   */
  check(held: readonly HeldTask[], asked: number): void;
  /** Progress of the current task, if it has changed since the last call. */
  news(): News | null;
  stop(): void;
}

/** Progress of a task. */
export interface News {
  readonly task: ClaimedTask;
  readonly progress: ToldProgress;
}

interface Current {
  readonly task: ClaimedTask;
  readonly ended: AbortController;
  readonly since: number;
  /** Null until it tells, and `told` once somebody has asked. */
  progress: (Progress & { readonly began: number; told: boolean }) | null;
}

export function openLane(options: LaneOptions): Lane {
  const stopping = new AbortController();
  let current: Current | null = null;
  let claiming = false;
  let open: FolderProcess | null = null;
  let usedAt = 0;

  const letGo = (why: string): void => {
    if (current === null || current.ended.signal.aborted) return;
    current.ended.abort(new StoppedError(why));
  };

  const closeProcess = async (): Promise<void> => {
    const ending = open;
    open = null;
    if (ending === null) return;
    await ending.kill();
    await rm(ending.folder, { recursive: true, force: true });
  };

  const processFor = async (studyId: string): Promise<FolderProcess> => {
    if (open?.studyId === studyId && !open.hasEnded()) {
      open = { ...open, used: true };
      return open;
    }
    await closeProcess();
    privateFolder(options.folder);
    const folder = await mkdtemp(join(options.folder, `${studyId}-`));
    open = { ...startStudyProcess(studyId, options.child), folder, used: false };
    return open;
  };

  const run = async (task: ClaimedTask): Promise<void> => {
    const ended = new AbortController();
    const own: Current = { task, ended, since: performance.now(), progress: null };
    current = own;
    const onProgress: ParentFunctions['progress'] = (phase, done, total) => {
      const began = own.progress?.phase === phase ? own.progress.began : performance.now();
      own.progress = { phase, done, total, began, told: false };
    };
    if (stopping.signal.aborted) letGo('stop');
    try {
      await inTaskSpan(task, () => runTask(options, task, { ended: ended.signal, processFor, onProgress }));
      // It was told to stop while its result was being kept, and takes nothing more.
      if (ended.signal.aborted || task.kind === 'finish') await closeProcess();
    } catch (error) {
      // What is left of it may be in any state.
      await closeProcess();
      await settle(options, task, error, stopping.signal);
    } finally {
      current = null;
      usedAt = performance.now();
    }
  };

  const look = async (): Promise<boolean> => {
    const ticket = await options.queue.fetch();
    if (ticket === null) return false;
    claiming = true;
    const task = await claimTask(options.queue, options.worker(), ticket).finally(() => {
      claiming = false;
    });
    if (task !== null) await run(task);
    return true;
  };

  const done = (async () => {
    while (!stopping.signal.aborted) {
      const found = await look().catch((error: Error) => {
        options.onFailure(error.message);
        return false;
      });
      if (found) continue;
      // A study that waits for something else must not keep memory and features meanwhile.
      if (performance.now() - usedAt > KEPT_MILLISECONDS) await closeProcess();
      await sleep(IDLE_MILLISECONDS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    await closeProcess();
  })();

  return {
    done,
    mayHold: ({ taskId, claim }) =>
      claiming || (current?.task.taskId === taskId && current.task.claim === claim),
    check: (held, asked) => {
      if (current === null || current.since > asked) return;
      const { taskId, claim } = current.task;
      const mine = held.find((one) => one.taskId === taskId && one.claim === claim);
      if (mine === undefined) letGo('lost');
      else if (mine.paused) letGo('pause');
    },
    news: () => {
      if (current?.progress == null || current.progress.told) return null;
      current.progress.told = true;
      const { phase, done, total, began } = current.progress;
      const seconds = (performance.now() - began) / 1000;
      return { task: current.task, progress: { phase, done, total, seconds } };
    },
    stop: () => {
      stopping.abort();
      letGo('stop');
    },
  };
}

/** A process with what it leaves on this machine, which goes with it. */
interface FolderProcess extends StudyProcess {
  readonly folder: string;
  /** Whether the lane has run a task before. */
  readonly used: boolean;
}

interface Running {
  readonly ended: AbortSignal;
  readonly processFor: (studyId: string) => Promise<FolderProcess>;
  readonly onProgress: ParentFunctions['progress'];
}

async function runTask(
  options: LaneOptions,
  task: ClaimedTask,
  { ended, processFor, onProgress }: Running,
): Promise<void> {
  const { queue, blobs, environment, shared, stallSeconds, onFailure, onEpoch, onCached } = options;
  const retry = { signal: ended, onFailure: (error: Error) => onFailure(error.message) };
  const watch = watchProgress(stallSeconds);
  const begin = async (process: FolderProcess): Promise<TaskContext> => {
    const { folder } = process;
    await restore({ queue, blobs, folder, retry }, task);
    const path = await untilItWorks(() => options.locate(task), retry);
    const added = await untilItWorks(() => options.locateBackbones(task), retry);
    ended.throwIfAborted();
    const settings = { ...task.settings, dataset: { ...task.settings.dataset, path } };
    const context = { queue, blobs, process, folder, retry, shared, onEpoch, onCached };
    const { elapsed, space, plan: expected } = task;
    const parent = watch.over(parentOf(context, task, onProgress));
    const shares = shared !== null;
    const asked = { folder, settings, environment, space, added, elapsed, expected, shares };
    await process.open(asked, parent);
    return context;
  };
  let process = await processFor(task.studyId);
  const work = async (): Promise<void> => {
    const context = await begin(process).catch(async (error: unknown) => {
      // One that died while it waited for a task has done nothing of this one.
      if (!(error instanceof ProcessEndedError) || !process.used) throw error;
      process = await processFor(task.studyId);
      return begin(process);
    });
    await perform(context, task);
  };
  try {
    await Promise.race([untilAborted(work(), ended, () => process.stop()), watch.stalled]);
  } finally {
    watch.stop();
  }
}

/** Work that is told to stop, and left alone where it does not. */
async function untilAborted(
  work: Promise<void>,
  ended: AbortSignal,
  stop: () => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const abort = (): void => {
      void stop();
      const timer = setTimeout(() => reject(ended.reason as Error), STOP_MILLISECONDS);
      over.signal.addEventListener('abort', () => clearTimeout(timer));
    };
    if (ended.aborted) abort();
    else ended.addEventListener('abort', abort, { once: true });
  });
  work.catch(() => undefined);
  try {
    await Promise.race([work, late]);
  } catch (error) {
    throw ended.aborted ? (ended.reason as Error) : error;
  } finally {
    over.abort();
  }
}

/** Hands an incomplete task back to the queue, or records its failure. */
async function settle(
  { queue, blobs, onFailure }: LaneOptions,
  task: ClaimedTask,
  error: unknown,
  stopping: AbortSignal,
): Promise<void> {
  if (error instanceof LostClaimError) return;
  // A server that stops has not for ever to say so; its tasks are found without that too.
  const signal = AbortSignal.any([
    AbortSignal.timeout(60_000),
    ...(stopping.aborted ? [AbortSignal.timeout(5_000)] : []),
  ]);
  const retry = { signal, onFailure: (failure: Error) => onFailure(failure.message) };
  const end = (): Promise<void> => {
    if (error instanceof StoppedError) {
      const { storage, claim } = openTask({ queue, blobs, retry }, task);
      return storage.release(claim);
    }
    const record = error instanceof ProcessEndedError ? recordCrash : recordFailure;
    return untilItWorks(() => record(queue, task, sentenceOf(error)), retry);
  };
  await end().catch((failure: unknown) => {
    if (!(failure instanceof LostClaimError)) onFailure((failure as Error).message);
  });
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
