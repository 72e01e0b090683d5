import { moreBudget, nextStep, SearchError, type Course, type More } from '@espalier/search';
import { searchedTrials } from '@espalier/study';
import { json } from '@espalier/store';
import { setClock } from './clock.js';
import { setState } from './endings.js';
import { QueueError } from '../errors.js';
import type { Queue } from '../queue.js';
import { readRequest } from './plan.js';
import { lockStudy, readCourse } from './rows.js';
import { advance } from '../tasks/schedule.js';

/**
 * Goes on searching in a study that is finished. What it has found counts on; its report and model stay until
 * they are replaced or joined by those of its new end.
 *
 * @throws QueueError where it is not finished, or nothing is left to try
 */
export const extendStudy = (queue: Queue, id: string, more: More): Promise<void> =>
  queue.transaction(async (work) => {
    const { tx } = work;
    const study = await lockStudy(tx, id);
    const course = await readCourse(tx, study);
    if (study.state !== 'finished' || course === null) {
      throw new QueueError(`the study is ${study.state}; only a finished study takes more trials`);
    }
    const budget = moreBudget(study.settings, searchedTrials(course.trials), study.elapsed, more);
    await requireSomethingLeft({ ...course, settings: { ...study.settings, budget }, searchEnded: null });
    const { settings } = await tx.study.findUniqueOrThrow({ where: { id }, select: { settings: true } });
    const asked = { ...readRequest(settings), budget };
    await tx.study.update({ where: { id }, data: { settings: json(asked), reason: null, endedAt: null } });
    const text = `The study continues with up to ${more.trials} more ${more.trials === 1 ? 'trial' : 'trials'}.`;
    await tx.decision.create({ data: { studyId: id, kind: 'study-extended', text } });
    await setState(tx, study, 'running');
    await setClock(tx, id);
    await advance(work, id);
  });

async function requireSomethingLeft(course: Course): Promise<void> {
  const next = await nextStep(course, Infinity).catch((cause: unknown) => {
    // Such as a plugin's sampler that is not installed here: the study stays as it is.
    if (!(cause instanceof SearchError)) throw cause;
    throw new QueueError(cause.message, { cause });
  });
  if (next.kind === 'end-search') throw new QueueError(`there is nothing left to try: ${next.reason}`);
}
