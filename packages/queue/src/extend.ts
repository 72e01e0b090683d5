import { moreBudget, studySettingsSchema, suggestTrial, type More } from '@espalier/runner';
import { SearchError } from '@espalier/search';
import { json } from '@espalier/store';
import { setClock } from './clock.js';
import { setState } from './endings.js';
import { QueueError } from './errors.js';
import type { Queue } from './queue.js';
import { lockStudy, readTrials, type LockedStudy } from './rows.js';
import { advance } from './schedule.js';

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
    if (study.state !== 'finished' || study.space === null) {
      throw new QueueError(`the study is ${study.state}; only one that is finished goes on with more trials`);
    }
    const { trials } = await readTrials(tx, id);
    const budget = moreBudget(study.settings, trials, study.elapsed, more);
    await requireSomethingLeft(study, { ...study.settings, budget }, trials);
    const { settings } = await tx.study.findUniqueOrThrow({ where: { id }, select: { settings: true } });
    const asked = { ...studySettingsSchema.parse(settings), budget };
    await tx.study.update({ where: { id }, data: { settings: json(asked), reason: null, endedAt: null } });
    const text = `It goes on with up to ${more.trials} more ${more.trials === 1 ? 'trial' : 'trials'}.`;
    await tx.decision.create({ data: { studyId: id, kind: 'study-extended', text } });
    await setState(tx, study, 'running');
    await setClock(tx, id);
    await advance(work, id);
  });

async function requireSomethingLeft(
  { space, elapsed }: LockedStudy,
  settings: LockedStudy['settings'],
  trials: Awaited<ReturnType<typeof readTrials>>['trials'],
): Promise<void> {
  const next = await suggestTrial(settings, space as NonNullable<typeof space>, trials, elapsed).catch(
    (cause: unknown) => {
      // Such as a plugin's sampler that is not installed here: the study stays as it is.
      if (!(cause instanceof SearchError)) throw cause;
      throw new QueueError(cause.message, { cause });
    },
  );
  if (next.kind === 'ended') throw new QueueError(`there is nothing more to try: ${next.reason}`);
}
