import { QueueError } from './errors.js';
import type { Queue } from './queue.js';

const ENDED = ['finished', 'failed', 'cancelled'];

/**
 * Forgets a study with its trials, report and models. Whoever calls removes its blobs, which begin with
 * `prefix`, before: what is forgotten is found by nobody.
 *
 * @throws QueueError where it has not ended
 */
export function removeStudy(queue: Queue, id: string, prefix: string): Promise<void> {
  return queue.transaction(async ({ tx }) => {
    await tx.$queryRaw`SELECT "id" FROM "study" WHERE "id" = ${id} FOR UPDATE`;
    const study = await tx.study.findUnique({ where: { id }, select: { state: true } });
    if (study === null) return;
    requireEnded(study.state);
    await tx.model.deleteMany({ where: { studyId: id } });
    await tx.artifact.deleteMany({ where: { key: { startsWith: prefix } } });
    await tx.study.delete({ where: { id } });
  });
}

/** @throws QueueError where a study of the state may still be worked at */
export function requireEnded(state: string): void {
  if (ENDED.includes(state)) return;
  throw new QueueError(`the study is ${state}; cancel it before you delete it`);
}
