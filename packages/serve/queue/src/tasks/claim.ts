import { trialName, type TrialRecord } from '@espalier/study';
import { TakenError, type Claiming } from '@espalier/study/storage';
import type { TaskKind, TaskState, Transaction } from '@espalier/store';
import { setClock } from '../studies/clock.js';
import { setState } from '../studies/endings.js';
import type { Claim } from './held.js';
import { happen } from '../history/history.js';
import { fingerprintOf, type StudyInput } from '../studies/plan.js';
import type { Queue, Ticket } from '../queue.js';
import { lockStudy, recordOf, withEpochs, type LockedStudy } from '../studies/rows.js';
import { featureKey, livingWorkers, type Capabilities } from '../workers/workers.js';

/** A task that is this worker's, with all that it takes to do it. */
export interface ClaimedTask extends Claim, StudyInput {
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
    const claiming = await claimPiece(tx, { studyId: study.id, taskId: task.id }, worker.id);
    return claiming.kind === 'taken' ? null : describe(tx, study, task.id);
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

/** Gives a task that waits to a worker, whatever suits whom. */
export async function claimPiece(
  tx: Transaction,
  { studyId, taskId }: Omit<Claim, 'claim'>,
  workerId: string,
): Promise<Claiming> {
  const study = await lockStudy(tx, studyId);
  const where = { id: taskId, studyId };
  const include = { worker: { select: { name: true } }, study: { select: { startedAt: true } } };
  const task = await tx.task.findFirst({ where, include });
  if (task === null) return { kind: 'taken', error: new TakenError('there is no such task') };
  const why = whyNot(study, task);
  if (why !== null) return { kind: 'taken', error: new TakenError(why) };
  const now = new Date();
  const { claim } = await tx.task.update({
    where: { id: taskId },
    data: { state: 'running', workerId, claim: { increment: 1 }, startedAt: now },
  });
  // How far an earlier claim was says nothing of this one.
  await tx.$executeRaw`UPDATE "task" SET "progress" = NULL WHERE "id" = ${taskId}`;
  if (study.state === 'queued') {
    await setState(tx, study, 'running');
    await tx.study.update({ where: { id: studyId }, data: { startedAt: task.study.startedAt ?? now } });
  }
  await setClock(tx, studyId);
  if (task.trialId !== null) await begin(tx, task.trialId, workerId, claim);
  return { kind: 'claimed', claim: { piece: taskId, number: claim } };
}

/** Reason why no worker can claim a task now; null if one can. */
function whyNot(
  { state }: LockedStudy,
  task: { readonly state: TaskState; readonly worker: { readonly name: string } | null },
): string | null {
  if (task.state === 'running') return `${task.worker?.name ?? 'a worker'} is running the task`;
  if (task.state !== 'waiting') return `the task is ${task.state}`;
  return state === 'queued' || state === 'running' ? null : `the study is ${state}`;
}

/** Tells that a trial is begun, or gone on with. */
async function begin(tx: Transaction, trialId: string, workerId: string, claim: number): Promise<void> {
  const { name: worker } = await tx.worker.findUniqueOrThrow({ where: { id: workerId } });
  const row = await tx.trial.findUniqueOrThrow({ where: { id: trialId }, include: withEpochs });
  const trial = recordOf(row);
  const { role, number, configuration, why, startedFrom } = trial;
  const known = { ...(why !== undefined && { why }), ...(startedFrom !== undefined && { startedFrom }) };
  const chosen = { role, number, configuration, ...known };
  const event = { type: 'trial-started', ...chosen, worker } as const;
  await happen(tx, row.studyId, event, `trial-started ${trialName(trial)} ${claim}`);
}

/** All that it takes to do a task that was claimed just now. */
async function describe(tx: Transaction, study: LockedStudy, taskId: string): Promise<ClaimedTask> {
  const row = await tx.task.findUniqueOrThrow({
    where: { id: taskId },
    include: {
      study: { select: { name: true, datasetId: true } },
      trial: { include: withEpochs },
    },
  });
  const { settings, objective, space, plan, elapsed } = study;
  return {
    taskId,
    claim: row.claim,
    kind: row.kind,
    studyId: study.id,
    studyName: row.study.name,
    datasetId: row.study.datasetId,
    trial: row.trial === null ? null : recordOf(row.trial),
    epochs: row.epochs,
    checkpoint: row.checkpoint,
    trace: row.trace,
    ...{ settings, objective, space, plan, elapsed },
  };
}
