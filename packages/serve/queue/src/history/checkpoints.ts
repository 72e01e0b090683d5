import { trialName, type TrialKey } from '@espalier/study';
import type { Entry } from '@espalier/study/storage';
import { appendEntry, hasEntry, type Transaction } from '@espalier/store';
import { held, type Claim } from '../tasks/held.js';
import { QueueError } from '../errors.js';
import { requireRunning } from './history.js';

/** A file in the blobs that says where a trial stands. */
export interface NamedCheckpoint {
  /** That of `trialName`. */
  readonly name: string;
  /** Of the blob. */
  readonly key: string;
}

export interface Replacement {
  /** Whether the checkpoint counts now. */
  readonly isNew: boolean;
  /** The blob that stood there before, or stands there still. */
  readonly before: string | null;
}

/**
 * Names where the trial of a claimed task stands, together with the event that it is behind: both count, or neither.
 * The same again changes nothing.
 *
 * @throws LostClaimError
 */
export async function nameCheckpoint(
  tx: Transaction,
  claim: Claim,
  { name, key }: NamedCheckpoint,
  entry?: Entry,
): Promise<Replacement> {
  const task = await held(tx, claim);
  const before = task.checkpoint;
  if (entry !== undefined && (await hasEntry(tx, claim.studyId, entry.key))) return { isNew: false, before };
  // Its process may have died meanwhile, so that the trial has failed.
  requireRunning(claim, task.state);
  await requireTrial(tx, task.trialId, name);
  if (entry !== undefined) await appendEntry(tx, claim.studyId, entry);
  await tx.task.update({ where: { id: task.id }, data: { checkpoint: key, losses: 0 } });
  return { isNew: true, before };
}

/** Forgets where the trial of a claimed task stands; gives the blob that nobody needs any more. @throws LostClaimError */
export async function forgetCheckpoint(tx: Transaction, claim: Claim, name: string): Promise<string | null> {
  const task = await held(tx, claim);
  requireRunning(claim, task.state);
  await requireTrial(tx, task.trialId, name);
  await tx.task.update({ where: { id: task.id }, data: { checkpoint: null } });
  return task.checkpoint;
}

/** Blob of where a trial of a study stands; null where it stands at its beginning. */
export async function checkpointOf(
  tx: Pick<Transaction, 'task'>,
  studyId: string,
  name: string,
): Promise<string | null> {
  const trial = keyOfName(name);
  if (trial === null) return null;
  const task = await tx.task.findFirst({ where: { studyId, trial }, select: { checkpoint: true } });
  return task?.checkpoint ?? null;
}

async function requireTrial(tx: Transaction, trialId: string | null, name: string): Promise<void> {
  const trial = trialId === null ? null : await tx.trial.findUniqueOrThrow({ where: { id: trialId } });
  if (trial !== null && trialName(trial) === name) return;
  throw new QueueError(`the claimed task does not train ${name}`);
}

function keyOfName(name: string): TrialKey | null {
  const [, kind, digits] = /^(trial|baseline)-(\d+)$/.exec(name) ?? [];
  if (kind === undefined) return null;
  return { role: kind === 'trial' ? 'searched' : 'baseline', number: Number(digits) };
}
