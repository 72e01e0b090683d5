import { nextStep, replacedIn, SearchError, type Course, type Step } from '@espalier/search';
import { json, type TaskKind } from '@espalier/store';
import { failStudy, noteOnce } from '../studies/endings.js';
import { happen } from '../history/history.js';
import { fingerprintOf } from '../studies/plan.js';
import type { Work } from '../queue.js';
import { lockStudy, readCourse, type LockedStudy } from '../studies/rows.js';
import { slotsOf } from '../workers/workers.js';

/** Seconds in which steps are taken at once: the study is locked meanwhile, and a plugin may be slow. */
const STEPPING_SECONDS = 20;

/**
 * Takes the next steps of a study's course: it keeps as many trials going as there are workers, and queues
 * the measuring when they are over. It may be called at any time, any number of times.
 */
export async function advance(work: Work, studyId: string): Promise<void> {
  const began = performance.now();
  const most = await slotsOf(work.tx);
  while (performance.now() - began < 1000 * STEPPING_SECONDS) {
    const study = await lockStudy(work.tx, studyId);
    const course = study.state === 'running' ? await readCourse(work.tx, study) : null;
    if (course === null) return;
    try {
      const goesOn = await take(work, study, course, most);
      for (const text of replacedIn(study.settings)) await noteOnce(work.tx, studyId, text);
      if (!goesOn) return;
    } catch (error) {
      // Such as a plugin's sampler that is not installed where the study is advanced.
      if (error instanceof SearchError) return failStudy(work.tx, study, error.message);
      throw error;
    }
  }
}

/** Takes one step; false where there is none to take now. */
async function take(work: Work, study: LockedStudy, course: Course, slots: number): Promise<boolean> {
  const step = await nextStep(course, slots);
  switch (step.kind) {
    case 'trial':
      await addTrial(work, study, step);
      return true;
    case 'end-search':
      await endSearch(work, study, step.reason);
      return true;
    case 'finish':
      await addFinish(work, study);
      return false;
    case 'wait':
      return false;
  }
}

async function addTrial(
  work: Work,
  study: LockedStudy,
  { trial: { role, number, configuration, why, startedFrom }, epochs }: Extract<Step, { kind: 'trial' }>,
): Promise<void> {
  const { backbone, values } = configuration;
  const backboneId = fingerprintOf(study, backbone);
  const { id } = await work.tx.trial.create({
    data: {
      ...{ studyId: study.id, role, number, backbone, values: json(values), backboneId },
      ...{ why: why ?? null, startedFrom: startedFrom ?? null },
    },
  });
  await addTask(work, study, { kind: 'trial', trialId: id, epochs });
}

async function endSearch({ tx }: Work, { id: studyId }: LockedStudy, reason: string): Promise<void> {
  // A study that was extended ends its search once more.
  const earlier = await tx.decision.count({ where: { studyId, kind: 'search-ended' } });
  await happen(tx, studyId, { type: 'search-ended', reason }, `search-ended ${earlier + 1}`);
}

async function addFinish(work: Work, study: LockedStudy): Promise<void> {
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
