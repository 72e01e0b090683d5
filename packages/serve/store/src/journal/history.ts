import { readEvent, StudyError, studyEventSchema, type StudyEvent } from '@espalier/study';
import type { Entry, HistoryPart } from '@espalier/study/storage';
import type { PrismaClient } from '../generated/client.js';
import { applyChange, baselinesOf, tell, type Transaction } from './apply.js';

/** Whether a study's history has an event of a key. */
export const hasEntry = async (tx: Transaction, studyId: string, key: string): Promise<boolean> =>
  (await tx.event.count({ where: { studyId, key } })) > 0;

/**
 * Adds an event to the history of a study that workers do, with all that it changes; only for who has locked the
 * study's row.
 *
 * @returns false where the key is there already: nothing has changed
 */
export async function appendEntry(tx: Transaction, studyId: string, { event, key }: Entry): Promise<boolean> {
  if (await hasEntry(tx, studyId, key)) return false;
  await applyChange(tx, { studyId, startedAt: null }, event);
  const { type: kind, ...data } = event;
  await tell(tx, studyId, [{ kind, data, key }]);
  return true;
}

const kinds: ReadonlySet<string> = new Set(studyEventSchema.options.map(({ shape }) => shape.type.value));

/**
 * The history of a study that workers do, behind the event of a number. What followers are told besides, such as
 * a study's state or that a worker was lost, is no part of it.
 *
 * @throws StudyError where an event cannot be read
 */
export async function readHistory(client: PrismaClient, studyId: string, from: number): Promise<HistoryPart> {
  const rows = await client.event.findMany({
    where: { studyId, number: { gt: from } },
    orderBy: { number: 'asc' },
    select: { number: true, kind: true, data: true },
  });
  const baselines = await baselinesOf(client, studyId);
  const events = rows.flatMap(({ number, kind, data }): readonly StudyEvent[] => {
    const given = data as Readonly<Record<string, unknown>>;
    // Tells that a study was submitted; its header follows once it is planned.
    const isNews = kind === 'study' && given['version'] === undefined;
    if (isNews || !kinds.has(kind)) return [];
    try {
      // Earlier versions kept no seconds with what workers did.
      return readEvent({ elapsed: 0, ...given, type: kind }, baselines);
    } catch (cause) {
      const where = `event ${number} of the study ${studyId}`;
      throw new StudyError(`${where} is damaged or was written by another version`, { cause });
    }
  });
  return { events, end: rows.at(-1)?.number ?? from };
}
