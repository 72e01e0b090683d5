import type { Transaction } from '@espalier/store';

/**
 * Lets a study's clock run while somebody works at it, and rest while nobody does: a server that is off
 * over night must not use up the time of its studies. Comes behind every change of what runs.
 *
 * @param until when the last one stopped, where that is known only now
 */
export async function setClock(tx: Transaction, studyId: string, until: Date | null = null): Promise<void> {
  const busy = await tx.task.count({ where: { studyId, state: 'running' } });
  if (busy > 0) {
    await tx.$executeRaw`
      UPDATE "study" SET "runningSince" = COALESCE("runningSince", now())
      WHERE "id" = ${studyId} AND "state" = 'running'`;
    return;
  }
  await tx.$executeRaw`
    UPDATE "study" SET "runningSince" = NULL, "elapsed" = "elapsed" +
      GREATEST(0, EXTRACT(EPOCH FROM LEAST(now(), ${until}::timestamptz) - "runningSince"))::float8
    WHERE "id" = ${studyId} AND "runningSince" IS NOT NULL`;
}
