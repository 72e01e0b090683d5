import { once } from 'node:events';
import { EVENT_CHANNEL, type Database, type Prisma } from '@espalier/store';

type EventRow = Prisma.EventGetPayload<object>;

/** Events read at once. */
const MOST = 500;
/** How long to wait where no notice comes: a notice may be lost with its connection. */
const LONGEST_MILLISECONDS = 2_000;

/**
 * Events of a study behind a number, in their order and without a gap, and the next ones as they come.
 *
 * @param signal ends it
 */
export async function* followEvents(
  database: Database,
  studyId: string,
  behind: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<EventRow> {
  const news = new EventTarget();
  const stop = await database.listen(EVENT_CHANNEL, (payload) => {
    if (payload === studyId) news.dispatchEvent(new Event('news'));
  });
  let last = behind;
  try {
    while (signal?.aborted !== true) {
      // Listened for before it is read, so that what comes meanwhile is not missed.
      const waiting = waitFor(news, signal);
      const rows = await database.client.event.findMany({
        where: { studyId, number: { gt: last } },
        orderBy: { number: 'asc' },
        take: MOST,
      });
      for (const row of rows) {
        yield row;
        last = row.number;
      }
      if (rows.length < MOST) await waiting;
    }
  } finally {
    await stop();
  }
}

/** Ends with news, the signal, or in any case after a while. */
async function waitFor(news: EventTarget, signal: AbortSignal | undefined): Promise<void> {
  const enough = AbortSignal.timeout(LONGEST_MILLISECONDS);
  const either = signal === undefined ? enough : AbortSignal.any([enough, signal]);
  await once(news, 'news', { signal: either }).catch(() => undefined);
}
