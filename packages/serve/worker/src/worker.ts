import type { Environment } from '@espalier/study';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Blobs } from '@espalier/blobs';
import { privateFolder } from '@espalier/base/files';
import {
  beat,
  goneWorkers,
  keepProgress,
  LOST_SECONDS,
  registerWorker,
  release,
  retireWorker,
  sweep,
  type Capabilities,
  type ClaimedTask,
  type HeldTask,
  type Queue,
} from '@espalier/queue';
import { locateBackbones, locateDataset } from './locate.js';
import { removeLeftovers } from './leftovers.js';
import { WorkerError } from './errors.js';
import { openLane, type Lane, type LaneOptions } from './tasks/lane.js';
import { ownChild, type ChildProgram } from './process/process.js';
import { shareActivations } from './share.js';

export interface WorkerOptions {
  readonly queue: Queue;
  readonly blobs: Blobs;
  readonly name?: string;
  /** Of this machine, for what is under way. */
  readonly folder: string;
  /** Folder of the activation cache, and its size limit in bytes. */
  readonly cache: Environment['cache'];
  /** Threads of the engine a task; chosen by the engine where it is absent. */
  readonly threads?: number | undefined;
  /** Most that activations may take in the blobs, where workers find each other's; 0 (by default) for none. */
  readonly sharedBytes?: number;
  readonly capabilities: Omit<Capabilities, 'cached'>;
  /** Told of what goes wrong; the worker goes on. */
  readonly onFailure: (message: string) => void;
  /** Told of each epoch once nothing can lose it any more. */
  readonly onEpoch?: (task: ClaimedTask, epoch: number) => void;
  readonly child?: ChildProgram;
  /** Seconds without a sign of life after which another worker counts as lost. */
  readonly lostSeconds?: number;
  /** Seconds in which a task has to show progress, such as an epoch; `ESPALIER_STALL_SECONDS` or two hours. */
  readonly stallSeconds?: number;
  /** Whether no other process can have the store. */
  readonly alone?: boolean;
}

export interface RunningWorker {
  readonly id: string;
  /** Gives back what is under way, which stands at its last epoch, and ends. */
  stop(): Promise<void>;
}

/** Features that a worker says it has, at most; the newest. */
const MOST_CACHED = 200;

const STALL_SECONDS = 2 * 60 * 60;

/** @throws WorkerError where the setting is no count */
function usualStall(): number {
  const text = process.env['ESPALIER_STALL_SECONDS'];
  const seconds = text ? Number(text) : STALL_SECONDS;
  if (Number.isInteger(seconds) && seconds >= 1) return seconds;
  throw new WorkerError(
    `ESPALIER_STALL_SECONDS is set to '${text}', which is not a whole number of 1 or more; correct it, or unset it`,
  );
}

/** Starts a worker: it takes tasks until it is stopped. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { queue, blobs, onFailure, lostSeconds = LOST_SECONDS, sharedBytes = 0 } = options;
  const name = options.name ?? hostname();
  const cached = new Set<string>();
  const capabilities = (): Capabilities => ({ ...options.capabilities, cached: [...cached] });
  const identity = { name, host: hostname(), pid: process.pid };
  const id = await registerWorker(queue, identity, capabilities(), options.alone);
  await sweepFolder(queue, options.folder);
  const stopping = new AbortController();
  const laneOptions: LaneOptions = {
    ...{ queue, blobs, onFailure },
    stallSeconds: options.stallSeconds ?? usualStall(),
    worker: () => ({ id, name, capabilities: capabilities() }),
    folder: join(options.folder, id),
    environment: {
      cache: options.cache,
      ...(options.threads !== undefined && { threads: options.threads }),
    },
    child: options.child ?? ownChild,
    shared: sharedBytes > 0 ? shareActivations(blobs, { bytes: sharedBytes, onFailure }) : null,
    locate: (task) => locateDataset(queue, blobs, task),
    locateBackbones: (task) => locateBackbones(queue, blobs, task),
    onEpoch: options.onEpoch ?? (() => undefined),
    onCached: (key) => {
      cached.delete(key);
      cached.add(key);
      for (const oldest of cached) if (cached.size > MOST_CACHED) cached.delete(oldest);
    },
  };
  const lanes = Array.from({ length: options.capabilities.slots }, () => openLane(laneOptions));
  const again = (seconds: number, run: () => Promise<void>): Promise<void> =>
    every(seconds, stopping.signal, run, onFailure);
  let strays = new Set<string>();
  /** Claims whose answer was lost with its connection: nobody here knows that they are theirs. */
  const giveBackStrays = async (found: readonly HeldTask[]): Promise<void> => {
    const before = strays;
    strays = new Set(found.map(({ taskId, claim }) => `${taskId} ${claim}`));
    for (const one of found) if (before.has(`${one.taskId} ${one.claim}`)) await release(queue, one);
  };
  let upSince: number | null = null;
  const beating = again(Math.min(2, lostSeconds / 4), async () => {
    const began = upSince ?? performance.now();
    upSince = null;
    const asked = performance.now();
    const held = await beat(queue, id, capabilities());
    upSince = began;
    for (const lane of lanes) lane.check(held, asked);
    await tellProgress(queue, lanes);
    await giveBackStrays(held.filter((one) => !lanes.some((lane) => lane.mayHold(one))));
  });
  const sweeping = again(Math.min(5, lostSeconds / 2), async () => {
    // Behind an outage of the database all workers look lost until their hearts have beaten again.
    const settled = upSince !== null && performance.now() - upSince > 1000 * lostSeconds;
    if (settled || options.alone === true) await sweep(queue, { lostSeconds });
    await removeLeftovers(queue, blobs);
  });
  return {
    id,
    stop: async () => {
      for (const lane of lanes) lane.stop();
      await Promise.all(lanes.map(({ done }) => done));
      stopping.abort();
      await Promise.all([beating, sweeping]);
      await retireWorker(queue, id).catch((error: Error) => onFailure(error.message));
      await rm(laneOptions.folder, { recursive: true, force: true });
    },
  };
}

/** Keeps how far each lane is, for people who look on. */
async function tellProgress(queue: Queue, lanes: readonly Lane[]): Promise<void> {
  for (const lane of lanes) {
    const news = lane.news();
    if (news !== null) await keepProgress(queue, news.task, news.progress);
  }
}

/** Removes what workers that were killed left on this machine. */
async function sweepFolder(queue: Queue, folder: string): Promise<void> {
  privateFolder(folder);
  for (const id of await goneWorkers(queue, await readdir(folder))) {
    await rm(join(folder, id), { recursive: true, force: true });
  }
}

/** Runs something again and again; one failure is told once, until it works again. */
async function every(
  seconds: number,
  signal: AbortSignal,
  run: () => Promise<void>,
  onFailure: (message: string) => void,
): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    await run().then(
      () => {
        told = '';
      },
      (error: Error) => {
        if (told !== error.message) onFailure(error.message);
        told = error.message;
      },
    );
    await sleep(1000 * seconds, undefined, { signal }).catch(() => undefined);
  }
}
