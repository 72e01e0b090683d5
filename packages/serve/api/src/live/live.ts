import { EVENT_CHANNEL, type Database, type Prisma } from '@espalier/store';

type EventRow = Prisma.EventGetPayload<object>;

/** Events read at once. */
const MOST = 500;
/** Milliseconds to wait without a notice, which may be lost with its connection. */
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

/**
 * Ends with news, the signal, or in any case after a while. Signals made of others (`AbortSignal.any`)
 * would stay in the memory of Node 20 for as long as the follower does.
 */
function waitFor(news: EventTarget, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      news.removeEventListener('news', done);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, LONGEST_MILLISECONDS);
    news.addEventListener('news', done);
    signal?.addEventListener('abort', done);
    if (signal?.aborted === true) done();
  });
}
