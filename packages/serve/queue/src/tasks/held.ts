import { LostClaimError } from '@espalier/study/storage';
import type { Transaction } from '@espalier/store';

/** The right to do a task, until another claim of it. */
export interface Claim {
  readonly taskId: string;
  readonly studyId: string;
  readonly claim: number;
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
  throw new LostClaimError(`task ${taskId} no longer belongs to this worker`);
}
