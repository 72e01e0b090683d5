import { QueueError } from '../errors.js';
import type { Queue } from '../queue.js';
import type { Transaction } from '@espalier/store';

/** Whether nobody works at a study of this state, or will by themselves. */
export const hasEnded = (state: string): boolean => ['finished', 'failed', 'cancelled'].includes(state);

/**
 * Makes an ended study one that nobody goes on with, so that its blobs can be removed before
 * {@link removeStudy} forgets it: what is forgotten is found by nobody.
 *
 * @param isAbandoned whether nobody works at it, whatever its state says
 * @throws QueueError where it has not ended
 */
export const retireStudy = (queue: Queue, id: string, isAbandoned = false): Promise<void> =>
  queue.transaction(async ({ tx }) => {
    const state = await lockedState(tx, id);
    if (state === null) return;
    if (!isAbandoned) requireEnded(state);
    await tx.study.update({ where: { id }, data: { state: 'cancelled' } });
  });

/**
 * Forgets a study with its trials, report and models. Whoever calls has removed its blobs, which begin with
 * `prefix`.
 *
 * @throws QueueError where it has not ended
 */
export const removeStudy = (queue: Queue, id: string, prefix: string): Promise<void> =>
  queue.transaction(async ({ tx }) => {
    const state = await lockedState(tx, id);
    if (state === null) return;
    requireEnded(state);
    await tx.model.deleteMany({ where: { studyId: id } });
    await tx.artifact.deleteMany({ where: { key: { startsWith: prefix } } });
    await tx.study.delete({ where: { id } });
  });

/** The state of a study that nobody else changes until the transaction ends; null where there is none. */
async function lockedState(tx: Transaction, id: string): Promise<string | null> {
  await tx.$queryRaw`SELECT "id" FROM "study" WHERE "id" = ${id} FOR UPDATE`;
  return (await tx.study.findUnique({ where: { id }, select: { state: true } }))?.state ?? null;
}

function requireEnded(state: string): void {
  if (hasEnded(state)) return;
  throw new QueueError(`the study is ${state}; cancel it before you delete it`);
}
