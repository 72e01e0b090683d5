import { studyRequestSchema, type StudyRequest } from '@espalier/study';
import { json, tell, type Transaction } from '@espalier/store';
import { setClock } from './clock.js';
import { dropTasks, setState } from './endings.js';
import { QueueError } from '../errors.js';
import type { Queue, Work } from '../queue.js';
import { lockStudy } from './rows.js';
import { addTask, advance } from '../tasks/schedule.js';

export interface NewStudy {
  readonly projectId: string;
  readonly datasetId: string | null;
  readonly name: string;
  readonly settings: StudyRequest;
  /** Larger first. */
  readonly priority?: number;
  /** Whom its work is traced to, as a W3C traceparent. */
  readonly trace?: string | null;
}

/** Queues a study for the workers; gives its id. */
export function submitStudy(queue: Queue, study: NewStudy): Promise<string> {
  const { trace = null, settings, priority = 0, ...row } = study;
  return queue.transaction(async (work) => {
    const { id } = await work.tx.study.create({
      data: { ...row, priority, settings: json(studyRequestSchema.parse(settings)), state: 'queued' },
    });
    await tell(work.tx, id, [{ kind: 'study', data: {} }]);
    await addTask(work, { id, priority }, { kind: 'plan', trace });
    return id;
  });
}

/** Lets a study rest: what runs stops behind its last epoch, and nothing new begins. */
export const pauseStudy = (queue: Queue, id: string): Promise<void> =>
  queue.transaction(async ({ tx }) => {
    const study = await lockStudy(tx, id);
    if (study.state === 'paused') return;
    if (study.state !== 'running' && study.state !== 'queued') throw over(study.state, 'paused');
    await setState(tx, study, 'paused');
  });

/** Goes on with a study that rests. */
export const continueStudy = (queue: Queue, id: string): Promise<void> =>
  queue.transaction(async (work) => {
    const study = await lockStudy(work.tx, id);
    if (study.state === 'running' || study.state === 'queued') return;
    if (study.state !== 'paused') throw over(study.state, 'continued');
    const begun = await work.tx.task.count({ where: { studyId: id, claim: { gt: 0 } } });
    await setState(work.tx, study, begun === 0 ? 'queued' : 'running');
    await setClock(work.tx, id);
    await sendWaiting(work, id, study.priority);
    // What ended while it rested was followed by nothing.
    await advance(work, id);
  });

/** Ends a study before it is done; what it found until then stays. */
export const cancelStudy = (queue: Queue, id: string): Promise<void> =>
  queue.transaction(async ({ tx }) => {
    const study = await lockStudy(tx, id);
    if (study.state === 'cancelled') return;
    if (study.state === 'finished' || study.state === 'failed') throw over(study.state, 'cancelled');
    await dropTasks(tx, id);
    await tx.decision.create({
      data: { studyId: id, kind: 'study-cancelled', text: 'The study was cancelled.' },
    });
    await setState(tx, study, 'cancelled');
  });

/** @param priority larger first; of the tasks that wait, too */
export const setPriority = (queue: Queue, id: string, priority: number): Promise<void> =>
  queue.transaction(async (work) => {
    await lockStudy(work.tx, id);
    await work.tx.study.update({ where: { id }, data: { priority } });
    await sendWaiting(work, id, priority);
  });

async function sendWaiting({ tx, send }: Work, studyId: string, priority: number): Promise<void> {
  for (const taskId of await waitingTasks(tx, studyId)) await send({ taskId, priority });
}

async function waitingTasks(tx: Transaction, studyId: string): Promise<string[]> {
  await tx.task.updateMany({ where: { studyId, state: 'waiting' }, data: { queuedAt: new Date() } });
  const rows = await tx.task.findMany({ where: { studyId, state: 'waiting' }, select: { id: true } });
  return rows.map(({ id }) => id);
}

const over = (state: string, wanted: string): QueueError =>
  new QueueError(`the study is ${state} and cannot be ${wanted}`);
