import { decideTrial, experienceNotes, timeLimit, type Deciding, type Ending } from '@espalier/search';
import {
  EVENTS_VERSION,
  dropped,
  trialName,
  type EpochRecord,
  type Measured,
  type Objective,
  type SearchSpace,
  type StudyHeader,
  type Unstamped,
} from '@espalier/study';
import { json, tell, type Modality, type Transaction } from '@espalier/store';
import type { ClaimedTask } from './claim.js';
import { setClock } from '../studies/clock.js';
import { endTrial, noteOnce, type TrialEnd } from '../studies/endings.js';
import { held, type Claim } from './held.js';
import { happen } from '../history/history.js';
import { keepMeasured } from '../history/measured.js';
import { crashTask, failTask } from './losses.js';
import { projectExperience } from '../studies/experience.js';
import type { Plan } from '../studies/plan.js';
import type { Queue } from '../queue.js';
import { lockStudy, readTrials } from '../studies/rows.js';
import { advance } from './schedule.js';

/** A backbone as a worker found it. */
export interface FoundBackbone {
  readonly fingerprint: string;
  readonly reference: string;
  readonly name: string;
  readonly family: string;
  readonly modality: Modality;
  readonly licence: string;
  readonly commercialUse: string;
  readonly parameters: number;
  readonly stages: number;
}

export interface StudyPlan {
  readonly plan: Plan;
  readonly space: SearchSpace;
  /** Objective of the study. */
  readonly objective: Objective;
  readonly backbones: readonly FoundBackbone[];
  /** What networks cost, as far as the search has to know it. */
  readonly measured: Measured;
  /** Deviations from the request, a sentence each. */
  readonly notes: readonly string[];
}

/** Keeps what was planned, and queues the first trials. @throws LostClaimError */
export function recordPlan(queue: Queue, claim: Claim, planned: StudyPlan): Promise<void> {
  const { space, objective, backbones, measured, notes } = planned;
  return queue.transaction(async (work) => {
    const { tx } = work;
    const task = await held(tx, claim);
    if (task.state !== 'running') return;
    const experience = await projectExperience(tx, await lockStudy(tx, claim.studyId), planned);
    const plan: Plan = { ...planned.plan, ...(experience.length > 0 && { experience }) };
    for (const { parameters, ...row } of backbones) {
      const data = { ...row, parameters: BigInt(parameters) };
      await tx.backbone.upsert({ where: { fingerprint: row.fingerprint }, create: data, update: {} });
    }
    await tx.study.update({
      where: { id: claim.studyId },
      data: { plan: json(plan), space: json(space), objective: json(objective) },
    });
    await finishTask(tx, claim);
    await happen(tx, claim.studyId, await headerOf(tx, claim.studyId, { ...planned, plan }));
    await keepMeasured(tx, claim.studyId, measured);
    for (const text of [...notes, ...experienceNotes(experience)]) await noteOnce(tx, claim.studyId, text);
    for (const record of plan.probes) await happen(tx, claim.studyId, { type: 'probed', record });
    await tell(tx, claim.studyId, [{ kind: 'planned', data: {} }]);
    await advance(work, claim.studyId);
  });
}

/** Begins the history of a study once its search space is known. */
async function headerOf(
  tx: Transaction,
  studyId: string,
  { plan, space, objective }: StudyPlan,
): Promise<Unstamped<StudyHeader>> {
  const { settings } = await lockStudy(tx, studyId);
  const { startedAt } = await tx.study.findUniqueOrThrow({
    where: { id: studyId },
    select: { startedAt: true },
  });
  return {
    ...{ type: 'study', version: EVENTS_VERSION, startedAt: (startedAt ?? new Date()).toISOString() },
    // Each machine that works at it has its own.
    environment: null,
    ...{ settings, space, objective, data: plan.data, models: plan.models },
    ...(plan.experience && { experience: plan.experience }),
  };
}

async function finishTask(
  tx: Transaction,
  { taskId, studyId }: Claim,
  more: { weights?: string } = {},
): Promise<void> {
  await tx.task.update({ where: { id: taskId }, data: { state: 'done', endedAt: new Date(), ...more } });
  await setClock(tx, studyId);
}

/** Whether a trial ends after these epochs, seen beside the study's others; null to train on. */
export async function decide(
  queue: Queue,
  task: ClaimedTask,
  epochs: readonly EpochRecord[],
): Promise<Ending | null> {
  const deciding = await decidingOf(queue, task);
  return deciding === null || task.trial === null ? null : decideTrial(deciding, task.trial, epochs);
}

/** Seconds that a task's trial may take; null where the study has no limit of time. */
export async function secondsLeft(queue: Queue, task: ClaimedTask): Promise<number | null> {
  const deciding = await decidingOf(queue, task);
  if (deciding === null || task.trial === null) return null;
  const limit = timeLimit(deciding, task.trial.role);
  return limit === Infinity ? null : Math.max(0, limit - deciding.elapsed);
}

/** The state of a task's study, as far as it decides about its trials. */
async function decidingOf(
  { database: { client, query } }: Queue,
  { studyId, settings, objective, space, plan }: ClaimedTask,
): Promise<Deciding | null> {
  const [row] = await query(
    'SELECT ("elapsed" + COALESCE(EXTRACT(EPOCH FROM now() - "runningSince"), 0))::float8 AS "elapsed" FROM "study" WHERE "id" = $1',
    [studyId],
  );
  const elapsed = Number(row?.['elapsed']);
  if (space === null || plan === null) return null;
  const trials = await readTrials(client, studyId);
  const { trainable, probes, featured = null } = plan;
  return { settings, objective, space, trainable, probes, featured, trials, elapsed };
}

/** Results of a trial. */
export interface TrialResult extends TrialEnd {
  /** Blob of its best weights; null where it has none. */
  readonly weights: string | null;
  /** Most bytes of memory that it took. */
  readonly memory: number;
}

/**
 * Ends a trial once, and queues what comes next. The same again changes nothing.
 *
 * @returns blobs that are not needed any more
 * @throws LostClaimError
 */
export function recordTrial(queue: Queue, claim: Claim, result: TrialResult): Promise<readonly string[]> {
  return queue.transaction(async (work) => {
    const { tx } = work;
    const { state, trialId, checkpoint } = await held(tx, claim);
    if (state !== 'running' || trialId === null) return [];
    const { weights, memory, ...end } = result;
    await finishTask(tx, claim, weights === null ? {} : { weights });
    await endTrial(tx, { studyId: claim.studyId, trialId }, end);
    await tx.$executeRaw`
      UPDATE "study" SET "plan" = jsonb_set("plan", '{memory}', to_jsonb(GREATEST(("plan"->>'memory')::float8, ${memory}::float8)))
      WHERE "id" = ${claim.studyId}`;
    await advance(work, claim.studyId);
    return [...(checkpoint === null ? [] : [checkpoint]), ...(await dropLosers(tx, claim.studyId))];
  });
}

/** Only the best trials' weights are kept. */
async function dropLosers(tx: Transaction, studyId: string): Promise<string[]> {
  const trials = await readTrials(tx, studyId);
  const losers = dropped(trials).map(({ number }) => number);
  const where = {
    studyId,
    weights: { not: null },
    trial: { role: 'searched' as const, number: { in: losers } },
  };
  const rows = await tx.task.findMany({ where, select: { weights: true } });
  await tx.task.updateMany({ where, data: { weights: null } });
  return rows.flatMap(({ weights }) => weights ?? []);
}

/** Fails a claimed task: its trial fails, or without one its study. @throws LostClaimError */
export function recordFailure(queue: Queue, claim: Claim, reason: string): Promise<void> {
  return queue.transaction(async (work) => {
    const { state } = await held(work.tx, claim);
    if (state === 'running') await failTask(work, claim.taskId, reason);
  });
}

/**
 * Ends a task whose process has died: a trial fails, planning and measuring are tried again a few times.
 *
 * @throws LostClaimError
 */
export function recordCrash(queue: Queue, claim: Claim, reason: string): Promise<void> {
  return queue.transaction(async (work) => {
    const { state } = await held(work.tx, claim);
    if (state === 'running') await crashTask(work, claim.taskId, reason);
  });
}

/** Gives a task back that stands at its last checkpoint, for a study that rests or a worker that stops. */
export function release(queue: Queue, claim: Claim): Promise<void> {
  return queue.transaction(async ({ tx, send }) => {
    const { state, trialId } = await held(tx, claim);
    if (state !== 'running') return;
    await tx.task.update({
      where: { id: claim.taskId },
      data: { state: 'waiting', workerId: null, queuedAt: new Date() },
    });
    await setClock(tx, claim.studyId);
    if (trialId !== null) await tx.trial.update({ where: { id: trialId }, data: { state: 'waiting' } });
    const { priority } = await tx.study.findUniqueOrThrow({ where: { id: claim.studyId } });
    await send({ taskId: claim.taskId, priority });
  });
}

/** Blobs of the weights that the measuring needs, by the names of their trials. */
export async function weightsOf(
  { database: { client } }: Queue,
  studyId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await client.task.findMany({
    where: { studyId, weights: { not: null } },
    select: { weights: true, trial: { select: { role: true, number: true } } },
  });
  return new Map(
    rows.flatMap(({ weights, trial }) => (weights && trial ? [[trialName(trial), weights]] : [])),
  );
}
