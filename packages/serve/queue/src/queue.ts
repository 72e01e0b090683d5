import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '@espalier/store';
import PgBoss from 'pg-boss';
import { z } from 'zod';

const QUEUE = 'espalier-tasks';

/** A ticket that nobody turned into a claim within this time is given to another worker. */
const TICKET_SECONDS = 20;

/** Tasks of studies, handed out by pg-boss on the store's own database. */
export interface Queue {
  readonly database: Database;
  /** Runs in a transaction, in which tickets are sent too. */
  transaction<T>(run: (work: Work) => Promise<T>): Promise<T>;
  /** The next ticket; null where there is none. */
  fetch(): Promise<Ticket | null>;
  /** Ends a ticket that became a claim, or that nobody needs any more. */
  done(ticket: Ticket): Promise<void>;
  close(): Promise<void>;
}

/** Runs changes in one transaction: all of them happen, or none. */
export interface Work {
  readonly tx: Transaction;
  /** Lets workers know of a task that waits; a ticket that is queued already is not queued twice. */
  send(task: Sent): Promise<void>;
}

export interface Sent {
  readonly taskId: string;
  /** Larger first. */
  readonly priority: number;
  /** Not before this many seconds have passed. */
  readonly after?: number;
}

const ticketSchema = z.object({ taskId: z.string(), priority: z.number() });

export interface Ticket extends z.infer<typeof ticketSchema> {
  readonly id: string;
}

/** Milliseconds that a transaction may wait for its turn, and may take. */
const TRANSACTION_MILLISECONDS = 60_000;

/**
 * Opens the queue of a store.
 *
 * @param onFailure told of what goes wrong in the background; work goes on once it is over
 */
export async function openQueue(database: Database, onFailure: (error: Error) => void): Promise<Queue> {
  const boss = await begin(database, onFailure);
  return {
    database,
    transaction: (run) => {
      const limits = { timeout: TRANSACTION_MILLISECONDS, maxWait: TRANSACTION_MILLISECONDS };
      return database.client.$transaction((tx) => run({ tx, send: (task) => send(boss, tx, task) }), limits);
    },
    fetch: async () => {
      const [job] = await boss.fetch<unknown>(QUEUE);
      return job === undefined ? null : { id: job.id, ...ticketSchema.parse(job.data) };
    },
    done: ({ id }) => boss.complete(QUEUE, id),
    close: () => boss.stop({ close: false, graceful: false, wait: true }),
  };
}

/** Several that begin on a new database at once make the same tables, which not all of them can. */
const ATTEMPTS = 10;
const AGAIN_MILLISECONDS = 300;

async function begin(database: Database, onFailure: (error: Error) => void): Promise<PgBoss> {
  for (let left = ATTEMPTS - 1; ; left--) {
    const boss = bossOf(database).on('error', onFailure);
    try {
      await boss.start();
      await boss.createQueue(QUEUE, {
        name: QUEUE,
        // One ticket of a task is queued at a time.
        policy: 'short',
        retryLimit: 1000,
        expireInSeconds: TICKET_SECONDS,
      });
      return boss;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(AGAIN_MILLISECONDS * (1 + Math.random()));
    }
  }
}

const bossOf = (database: Database): PgBoss =>
  new PgBoss({
    db: {
      executeSql: async (text, values) => ({
        rows:
          values === undefined || values.length === 0
            ? [...(await database.exec(text))]
            : [...(await database.query(text, values))],
      }),
    },
    schedule: false,
    maintenanceIntervalSeconds: TICKET_SECONDS,
  });

async function send(boss: PgBoss, tx: Transaction, { taskId, priority, after = 0 }: Sent): Promise<void> {
  const executeSql = async (text: string, values: unknown[]): Promise<{ rows: unknown[] }> => ({
    rows: await tx.$queryRawUnsafe<unknown[]>(text, ...values),
  });
  await boss.send(
    QUEUE,
    { taskId, priority },
    // A new priority is a new ticket; the old one is dropped by who fetches it.
    { priority, singletonKey: `${taskId} ${priority}`, startAfter: after, db: { executeSql } },
  );
}
