import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Blobs } from '@espalier/blobs';
import {
  decide,
  featureKey,
  fingerprintOf,
  openStudyStorage,
  orRemoved,
  readMeasured,
  readTrials,
  recordFinish,
  recordPlan,
  recordTrial,
  secondsLeft,
  weightsOf,
  type Claim,
  type ClaimedTask,
  type KeptFile,
  type Queue,
} from '@espalier/queue';
import { EVENTS_VERSION, trialName, type StudyHeader, type TrialRecord } from '@espalier/study';
import {
  checkpointPath,
  readReport,
  removeFolderCheckpoint,
  weightsPath,
  writeFolderCheckpoint,
} from '@espalier/study/folder';
import { keyOf, type StudyClaim, type StudyStorage } from '@espalier/study/storage';
import { checkpointFiles, resultFiles, storeFile, studyPrefix } from '../files.js';
import type { StudyProcess } from '../process/process.js';
import type { ParentFunctions } from '../process/protocol.js';
import { untilItWorks, type RetryOptions } from './retry.js';
import type { SharedActivations } from '../share.js';

/** Services of a task. */
export interface TaskContext {
  readonly queue: Queue;
  readonly blobs: Blobs;
  readonly process: StudyProcess;
  /** Of the study, on this machine. */
  readonly folder: string;
  readonly retry: RetryOptions;
  /** Exchange of activations between machines; null where there is none. */
  readonly shared: SharedActivations | null;
  /** Told of each epoch once nothing can lose it any more. */
  readonly onEpoch: (task: ClaimedTask, epoch: number) => void;
  /** Told of features that are in this machine's cache now. */
  readonly onCached: (key: string) => void;
}

/** Does a task whose study is open in the process; its result is in the store when it returns. */
export async function perform(context: TaskContext, task: ClaimedTask): Promise<void> {
  switch (task.kind) {
    case 'plan': {
      const planned = await context.process.run.plan();
      await untilItWorks(() => recordPlan(context.queue, task, planned), context.retry);
      const { data, models } = planned.plan;
      for (const model of models) context.onCached(featureKey(data, model));
      return;
    }
    case 'trial':
      return train(context, task);
    case 'finish':
      return finish(context, task);
  }
}

/** Storage of the task's study, and the worker's claim of the task. */
export interface KeptTask {
  readonly storage: StudyStorage;
  readonly claim: StudyClaim;
}

export function openTask(
  { queue, blobs, retry }: Pick<TaskContext, 'queue' | 'blobs' | 'retry'>,
  { taskId, studyId, claim: number }: Claim,
): KeptTask {
  const storage = openStudyStorage(queue, studyId, {
    files: checkpointFiles(blobs, retry.onFailure),
    prefix: studyPrefix(studyId),
    retry: (step) => untilItWorks(step, retry),
  });
  return { storage, claim: { piece: taskId, number } };
}

/** Brings the study's folder to where the task stands, whatever an earlier attempt left there. */
export async function restore(
  context: Pick<TaskContext, 'queue' | 'blobs' | 'retry' | 'folder'>,
  task: ClaimedTask,
): Promise<void> {
  const { trial } = task;
  const { folder, retry } = context;
  if (trial === null) return;
  await clear(folder, trial);
  const { storage } = openTask(context, task);
  const name = trialName(trial);
  // As a whole: the connection may break while it is read.
  await untilItWorks(async () => {
    const stream = await storage.readCheckpoint(name);
    if (stream !== null) await writeFolderCheckpoint(folder, name, () => stream);
  }, retry);
}

/** Removes what a trial left in the study's folder; what counts of it is in the blobs. */
async function clear(folder: string, trial: TrialRecord): Promise<void> {
  await removeFolderCheckpoint(folder, trialName(trial));
  await rm(weightsPath(folder, trialName(trial)), { force: true });
}

/** Callbacks of the training process during a task. */
export function parentOf(
  context: Omit<TaskContext, 'process'>,
  task: ClaimedTask,
  progress: ParentFunctions['progress'],
): ParentFunctions {
  const { queue, folder, retry, shared } = context;
  const { storage, claim } = openTask(context, task);
  const began = performance.now();
  return {
    progress,
    findFeatures: async (space, keys) => (await shared?.find(space, keys)) ?? [],
    fetchActivations: async (space, name) => (await shared?.fetch(space, name, folder)) ?? null,
    publishActivations: async (space, file, keys) => shared?.publish(space, file, keys),
    decide: (epochs) => untilItWorks(() => decide(queue, task, epochs), retry),
    record: async (record) => {
      const { role, number } = task.trial as TrialRecord;
      const name = trialName({ role, number });
      const content = (): AsyncIterable<Uint8Array> => createReadStream(checkpointPath(folder, name));
      const elapsed = task.elapsed + (performance.now() - began) / 1000;
      const event = { type: 'epoch', role, number, record, elapsed } as const;
      const entry = { event, key: keyOf(event) };
      await storage.writeCheckpoint(claim, { name, epoch: record.epoch, content }, entry);
      context.onEpoch(task, record.epoch);
    },
  };
}

/** Blobs that nothing speaks of any more; one that stays takes room and nothing else. */
async function remove(
  { blobs, retry }: Pick<TaskContext, 'blobs' | 'retry'>,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) await blobs.remove(key).catch(retry.onFailure);
}

async function train(context: TaskContext, task: ClaimedTask): Promise<void> {
  const { queue, blobs, process, folder, retry } = context;
  const trial = task.trial as TrialRecord;
  const name = trialName(trial);
  if (trial.startedFrom !== undefined) {
    await fetchWeights(context, task, trialName({ role: 'searched', number: trial.startedFrom }));
  }
  const { status, reason, improved, memory } = await process.run.trial({
    ...{ trial, epochs: task.epochs },
    seconds: await untilItWorks(() => secondsLeft(queue, task), retry),
  });
  const path = weightsPath(folder, name);
  const key = `${studyPrefix(task.studyId)}/${name}/weights-${task.claim}`;
  const weights = existsSync(path) ? key : null;
  if (weights !== null) await untilItWorks(() => storeFile(blobs, key, path), retry);
  const result = { status, reason, improved, memory, weights };
  const kept = untilItWorks(() => recordTrial(queue, task, result), retry);
  const stored = { queue, files: checkpointFiles(blobs, retry.onFailure) };
  await remove(context, await (weights === null ? kept : orRemoved(stored, task, kept, weights)));
  await clear(folder, trial);
  const model = fingerprintOf(task, trial.configuration.backbone);
  if (task.plan !== null && model !== null) context.onCached(featureKey(task.plan.data, model));
}

/** Brings what trials have learnt to the study's folder. @param only one of them */
async function fetchWeights(
  { queue, blobs, folder, retry }: TaskContext,
  { studyId }: ClaimedTask,
  only?: string,
): Promise<void> {
  for (const [name, key] of await untilItWorks(() => weightsOf(queue, studyId), retry)) {
    if (only !== undefined && name !== only) continue;
    const path = weightsPath(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await untilItWorks(() => blobs.fetchTo(key, path), retry);
  }
}

async function finish(context: TaskContext, task: ClaimedTask): Promise<void> {
  const { queue, blobs, process, folder, retry } = context;
  const asked = await untilItWorks(() => readFinish(queue, task), retry);
  await fetchWeights(context, task);
  const { measured } = await process.run.finish(asked);
  const prefix = await untilItWorks(() => resultsPrefix(queue, task), retry);
  const files: KeptFile[] = [];
  for (const name of await resultFiles(folder)) {
    files.push(await untilItWorks(() => storeFile(blobs, `${prefix}/${name}`, join(folder, name)), retry));
  }
  const report = await readReport(join(folder, 'report.json'));
  // Before the study is over: what is killed behind that is not there to clean up.
  await removeStrays(context, task).catch(retry.onFailure);
  await untilItWorks(() => recordFinish(queue, task, { report, files, prefix, measured }), retry);
}

/** Each end of a study has a place of its own: models of earlier ones stay as they are. */
async function resultsPrefix({ database: { client } }: Queue, { studyId }: ClaimedTask): Promise<string> {
  const earlier = await client.task.count({ where: { studyId, kind: 'finish', state: 'done' } });
  return `${studyPrefix(studyId)}/results${earlier === 0 ? '' : `-${earlier + 1}`}`;
}

/** Removes uploads of workers that were lost or stopped before the upload was recorded. */
async function removeStrays(context: TaskContext, { studyId }: ClaimedTask): Promise<void> {
  const kept = new Set((await weightsOf(context.queue, studyId)).values());
  for await (const { key } of context.blobs.list(`${studyPrefix(studyId)}/`)) {
    const stray = /\/(checkpoint|weights)-[\d-]+$/.test(key) && !kept.has(key);
    if (stray) await remove(context, [key]);
  }
}

async function readFinish(queue: Queue, task: ClaimedTask) {
  const { studyId, settings, objective, space, plan, elapsed } = task;
  const { client } = queue.database;
  const study = await client.study.findUniqueOrThrow({
    where: { id: studyId },
    select: {
      reason: true,
      startedAt: true,
      decisions: { where: { kind: 'note' }, orderBy: { createdAt: 'asc' } },
    },
  });
  const trials = await readTrials(client, studyId);
  const { data, models, probes, experience } = plan as NonNullable<typeof plan>;
  const measured = await readMeasured(client, studyId);
  const header: StudyHeader = {
    type: 'study',
    version: EVENTS_VERSION,
    startedAt: (study.startedAt as Date).toISOString(),
    settings,
    environment: null,
    objective,
    space: space as NonNullable<typeof space>,
    ...{ data, models },
    ...(experience && { experience }),
    elapsed,
  };
  const notes = study.decisions.map(({ text }) => text);
  return { header, probes, trials, measured, reason: study.reason ?? '', notes };
}
