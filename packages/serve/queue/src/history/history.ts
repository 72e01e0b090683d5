import type { StudyEvent, Unstamped } from '@espalier/study';
import { keyOf, LostClaimError, type Entry } from '@espalier/study/storage';
import { appendEntry, hasEntry, type Transaction } from '@espalier/store';
import { held, type Claim } from '../tasks/held.js';
import { elapsedOf } from '../studies/rows.js';

/**
 * Adds to the history of a study whose row is locked what happens now, with all that it changes.
 *
 * @param key by default the usual one
 */
export async function happen(
  tx: Transaction,
  studyId: string,
  unstamped: Unstamped,
  key?: string,
): Promise<void> {
  // The clock of a database may be set back.
  const elapsed = Math.max(0, await elapsedOf(tx, studyId));
  const event = { ...unstamped, elapsed } as StudyEvent;
  await appendEntry(tx, studyId, { event, key: key ?? keyOf(event) });
}

/** Adds an entry that the holder of a claim brings; false where it is there already. @throws LostClaimError */
export async function appendClaimed(tx: Transaction, claim: Claim, entry: Entry): Promise<boolean> {
  const { state } = await held(tx, claim);
  if (await hasEntry(tx, claim.studyId, entry.key)) return false;
  requireRunning(claim, state);
  return appendEntry(tx, claim.studyId, entry);
}

/** @throws LostClaimError where the task has come to its end: nobody may count on what is brought still */
export function requireRunning({ taskId }: Claim, state: string): void {
  if (state !== 'running') throw new LostClaimError(`task ${taskId} has already ended`);
}
