import { epochsLeft, ranked, replacedOf, suggestTrial, type TrialRecord } from '@espalier/runner';
import { SearchError } from '@espalier/search';
import { tell, type TaskKind } from '@espalier/store';
import { failStudy, noteOnce } from './endings.js';
import { fingerprintOf } from './plan.js';
import type { Work } from './queue.js';
import { lockStudy, readTrials, type LockedStudy } from './rows.js';
import { slotsOf } from './workers.js';

/**
 * Queues what a study needs next: trials while the search goes on, then the twins from random weights,
 * then the measuring of the best. It may be called at any time, any number of times.
 */
export async function advance(work: Work, studyId: string): Promise<void> {
  const study = await lockStudy(work.tx, studyId);
  if (study.state !== 'running' || study.plan === null || study.space === null) return;
  const { trials, twins } = await readTrials(work.tx, studyId);
  try {
    const searched = study.reason !== null || (await goOnSearching(work, study, trials));
    if (!searched) return;
  } catch (error) {
    // Such as a plugin's sampler that is not installed where the study is advanced.
    if (error instanceof SearchError) return failStudy(work.tx, study, error.message);
    throw error;
  }
  const [winner] = ranked(trials);
  await finishing(work, study, winner, await dropForeign(work, study, winner, twins));
}

/** Twins of an earlier winner, of before the search went on, say nothing of one of another network. */
async function dropForeign(
  { tx }: Work,
  { id: studyId }: LockedStudy,
  winner: TrialRecord | undefined,
  twins: readonly TrialRecord[],
): Promise<readonly TrialRecord[]> {
  const of = winner?.configuration.backbone;
  if (of === undefined || twins.every(({ configuration }) => configuration.backbone === of)) return twins;
  await tx.trial.deleteMany({ where: { studyId, number: { lt: 0 } } });
  return [];
}

/** Seconds in which trials are proposed at once: the study is locked meanwhile, and a plugin may be slow. */
const PROPOSING_SECONDS = 20;

/** True once the search is over. */
async function goOnSearching(
  work: Work,
  study: LockedStudy,
  trials: readonly TrialRecord[],
): Promise<boolean> {
  const over = await proposeTrials(work, study, trials);
  const { tx } = work;
  for (const text of replacedOf(study.settings)) {
    await noteOnce(tx, study.id, text);
  }
  return over;
}

/**
 * Keeps as many trials going as there are workers, as far as there is time: the rest has the next turn.
 *
 * @returns true once there are no more to begin
 */
async function proposeTrials(
  work: Work,
  study: LockedStudy,
  before: readonly TrialRecord[],
): Promise<boolean> {
  const { settings, space, elapsed } = study;
  const trials = [...before];
  const open = (): number => trials.filter(({ status }) => status === 'running').length;
  const most = await slotsOf(work.tx);
  const began = performance.now();
  while (open() < most && performance.now() - began < 1000 * PROPOSING_SECONDS) {
    const next = await suggestTrial(settings, space as NonNullable<typeof space>, trials, elapsed);
    if (next.kind === 'ended') {
      // What still runs may leave epochs that another trial can have.
      if (open() > 0) return false;
      await endSearch(work, study, next.reason);
      return true;
    }
    const { number, configuration } = next;
    const backboneId = fingerprintOf(study, configuration.backbone);
    const { id } = await work.tx.trial.create({
      data: { studyId: study.id, number, ...configuration, backboneId },
    });
    await addTask(work, study, { kind: 'trial', trialId: id, epochs: epochsLeft(settings, trials) });
    trials.push({ number, configuration, status: 'running', reason: '', epochs: [] });
  }
  return false;
}

async function endSearch({ tx }: Work, { id: studyId }: LockedStudy, reason: string): Promise<void> {
  await tx.study.update({ where: { id: studyId }, data: { reason } });
  await tx.decision.create({ data: { studyId, kind: 'search-ended', text: reason } });
  await tell(tx, studyId, [{ kind: 'search-ended', data: { reason } }]);
}

async function finishing(
  work: Work,
  study: LockedStudy,
  winner: TrialRecord | undefined,
  twins: readonly TrialRecord[],
): Promise<void> {
  const { settings, plan } = study;
  if (
    winner !== undefined &&
    settings.scratch &&
    twins.length === 0 &&
    plan?.twins.includes(winner.configuration.backbone) === true
  ) {
    const { backbone, augmentation } = winner.configuration;
    for (const [index, learningRate] of settings.scratchRates.entries()) {
      const { id } = await work.tx.trial.create({
        data: {
          studyId: study.id,
          number: -1 - index,
          ...{ backbone, augmentation, learningRate, freezeDepth: 0, layerDecay: 1 },
          weightDecay: winner.configuration.weightDecay,
          backboneId: fingerprintOf(study, backbone),
        },
      });
      await addTask(work, study, { kind: 'twin', trialId: id, epochs: settings.budget.epochs });
    }
    return;
  }
  if (twins.some(({ status }) => status === 'running')) return;
  // One that is done is that of an earlier end, behind which the search went on.
  const open = { in: ['waiting' as const, 'running' as const] };
  const begun = await work.tx.task.count({ where: { studyId: study.id, kind: 'finish', state: open } });
  if (begun === 0) await addTask(work, study, { kind: 'finish' });
}

interface NewTask {
  readonly kind: TaskKind;
  readonly trialId?: string;
  readonly epochs?: number;
  readonly trace?: string | null;
}

/** Adds a task that waits, with its ticket. The study's trace goes from task to task. */
export async function addTask(
  { tx, send }: Work,
  study: { readonly id: string; readonly priority: number },
  { trace, ...task }: NewTask,
): Promise<void> {
  const studyId = study.id;
  const known = trace ?? (await tx.task.findFirst({ where: { studyId, kind: 'plan' } }))?.trace ?? null;
  const { id } = await tx.task.create({ data: { studyId, trace: known, ...task } });
  await send({ taskId: id, priority: study.priority });
}
