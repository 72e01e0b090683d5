import type { TrialRecord } from '@espalier/study';
import { tell, type TaskKind, type Transaction } from '@espalier/store';
import { LostClaimError } from './errors.js';
import { setClock } from './clock.js';
import { setState } from './endings.js';
import { fingerprintOf, type Asked } from './plan.js';
import type { Queue, Ticket } from './queue.js';
import { lockStudy, recordOf, withEpochs, type LockedStudy } from './rows.js';
import { featureKey, livingWorkers, type Capabilities } from './workers.js';

/** The right to do a task, until another claim of it. */
export interface Claim {
  readonly taskId: string;
  readonly studyId: string;
  readonly claim: number;
}

/** A task that is this worker's, with all that it takes to do it. */
export interface ClaimedTask extends Claim, Asked {
  readonly kind: TaskKind;
  readonly studyName: string;
  readonly datasetId: string | null;
  readonly trial: TrialRecord | null;
  /** Most epochs of the trial. */
  readonly epochs: number;
  /** Blob of where it stands; null at its beginning. */
  readonly checkpoint: string | null;
  readonly trace: string | null;
  /** Seconds of the study so far. */
  readonly elapsed: number;
}

export interface Claimant {
  readonly id: string;
  readonly name: string;
  readonly capabilities: Capabilities;
}

/** Seconds that a task waits for a worker that has its features already. */
const PATIENCE_SECONDS = 3;

/**
 * Turns a ticket into a claim. Work waits a moment for the worker that has its features in the cache, as
 * in delay scheduling (Zaharia et al., EuroSys 2010).
 *
 * @returns null where somebody has the task, nobody is to do it now, or another worker suits better
 */
export async function claimTask(queue: Queue, worker: Claimant, ticket: Ticket): Promise<ClaimedTask | null> {
  const claimed = await queue.transaction(async ({ tx, send }) => {
    const known = await tx.task.findUnique({ where: { id: ticket.taskId }, select: { studyId: true } });
    if (known === null) return null;
    const study = await lockStudy(tx, known.studyId);
    const task = await tx.task.findUniqueOrThrow({ where: { id: ticket.taskId } });
    const open = study.state === 'queued' || study.state === 'running';
    if (task.state !== 'waiting' || !open || ticket.priority !== study.priority) return null;
    const after = await secondsToWait(tx, study, worker, task);
    if (after > 0) {
      await send({ taskId: task.id, priority: study.priority, after });
      return null;
    }
    return take(tx, study, worker, task.id);
  });
  await queue.done(ticket);
  return claimed;
}

interface WaitingTask {
  readonly trialId: string | null;
  readonly queuedAt: Date;
}

/** 0 where the worker may have the task; else seconds until somebody is asked again. */
async function secondsToWait(
  tx: Transaction,
  study: LockedStudy,
  { id, capabilities }: Claimant,
  task: WaitingTask,
): Promise<number> {
  if (!capabilities.providers.includes(study.settings.engine.provider)) return 2;
  if (await tooLarge(tx, study, capabilities)) return 2;
  if (await quotaReached(tx, study.projectId)) return 1;
  const needed = await neededFeatures(tx, study, task);
  if (needed === null || capabilities.cached.includes(needed)) return 0;
  const waited = (Date.now() - task.queuedAt.getTime()) / 1000;
  return waited < PATIENCE_SECONDS && (await idleWithActivations(tx, id, needed)) ? 0.5 : 0;
}

/** Whether a task takes more memory than this worker has, and another one has that much. */
async function tooLarge(
  tx: Transaction,
  { plan, settings }: LockedStudy,
  { memory }: Capabilities,
): Promise<boolean> {
  const needed = plan?.memory ?? 0;
  if (needed <= memory) return false;
  // Where nobody has it the study would stand still for ever; what does not fit fails with a reason.
  return (await livingWorkers(tx)).some(
    (other) => other.memory >= needed && other.providers.includes(settings.engine.provider),
  );
}

/** Whether a project has as many tasks running as it may. */
async function quotaReached(tx: Transaction, projectId: string): Promise<boolean> {
  const [project] = await tx.$queryRaw<{ quota: number | null }[]>`
    SELECT "quota" FROM "project" WHERE "id" = ${projectId} FOR UPDATE`;
  if (project === undefined || project.quota === null) return false;
  const running = await tx.task.count({ where: { state: 'running', study: { projectId } } });
  return running >= project.quota;
}

async function neededFeatures(
  tx: Transaction,
  study: LockedStudy,
  { trialId }: WaitingTask,
): Promise<string | null> {
  if (study.plan === null || trialId === null) return null;
  const { backbone } = await tx.trial.findUniqueOrThrow({
    where: { id: trialId },
    select: { backbone: true },
  });
  const fingerprint = fingerprintOf(study, backbone);
  return fingerprint === null ? null : featureKey(study.plan.data, fingerprint);
}

/** Whether another living worker has the features and nothing to do. */
async function idleWithActivations(tx: Transaction, own: string, needed: string): Promise<boolean> {
  const idle = await livingWorkers(tx, { id: { not: own }, tasks: { none: { state: 'running' } } });
  return idle.some(({ cached }) => cached.includes(needed));
}

async function take(
  tx: Transaction,
  study: LockedStudy,
  worker: Claimant,
  taskId: string,
): Promise<ClaimedTask> {
  const now = new Date();
  const row = await tx.task.update({
    where: { id: taskId },
    data: { state: 'running', workerId: worker.id, claim: { increment: 1 }, startedAt: now },
    include: { study: { select: { name: true, datasetId: true, startedAt: true } } },
  });
  // How far an earlier claim was says nothing of this one.
  await tx.$executeRaw`UPDATE "task" SET "progress" = NULL WHERE "id" = ${taskId}`;
  if (study.state === 'queued') {
    await setState(tx, study, 'running');
    await tx.study.update({
      where: { id: study.id },
      data: { startedAt: row.study.startedAt ?? now },
    });
  }
  await setClock(tx, study.id);
  const { settings, objective, space, plan, elapsed } = study;
  return {
    taskId,
    claim: row.claim,
    kind: row.kind,
    studyId: study.id,
    studyName: row.study.name,
    datasetId: row.study.datasetId,
    trial: row.trialId === null ? null : await begin(tx, study.id, row.trialId, worker.name),
    epochs: row.epochs,
    checkpoint: row.checkpoint,
    trace: row.trace,
    ...{ settings, objective, space, plan, elapsed },
  };
}

async function begin(
  tx: Transaction,
  studyId: string,
  trialId: string,
  worker: string,
): Promise<TrialRecord> {
  const { startedAt } = await tx.trial.findUniqueOrThrow({ where: { id: trialId } });
  const row = await tx.trial.update({
    where: { id: trialId },
    data: {
      state: 'running',
      worker,
      attempts: { increment: 1 },
      startedAt: startedAt ?? new Date(),
    },
    include: withEpochs,
  });
  const trial = recordOf(row);
  const { role, number, configuration } = trial;
  await tell(tx, studyId, [{ kind: 'trial-started', data: { role, number, configuration, worker } }]);
  return trial;
}

/** A claimed task's row, which nobody else changes until the transaction ends. */
export interface HeldTask {
  readonly id: string;
  readonly studyId: string;
  readonly trialId: string | null;
  readonly state: 'running' | 'done' | 'failed';
  readonly checkpoint: string | null;
}

/**
 * The task of a claim, where the claim still holds or has been used up by its own end. The study is
 * locked first, as everywhere, so that nobody waits in a circle.
 *
 * @throws LostClaimError where somebody else has it, or its study was cancelled
 */
export async function held(tx: Transaction, { taskId, studyId, claim }: Claim): Promise<HeldTask> {
  await tx.$queryRaw`SELECT "id" FROM "study" WHERE "id" = ${studyId} FOR UPDATE`;
  const task = await tx.task.findUnique({ where: { id: taskId } });
  const state = task?.state;
  if (task?.claim === claim && (state === 'running' || state === 'done' || state === 'failed')) {
    return { ...task, state };
  }
  throw new LostClaimError(`task ${taskId} is no longer this worker's`);
}
