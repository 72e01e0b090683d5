import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import type { Database, Row } from './database.js';
import { listener } from './listener.js';
import { StoreError } from './errors.js';
import { PrismaClient } from './generated/client.js';

/** Connections of this process, those of Prisma included. */
const CONNECTIONS = 10;
const CONNECT_MILLISECONDS = 10_000;

/**
 * A PostgreSQL server.
 *
 * @param url `postgresql://user:password@host:port/database`; the password is never part of a message
 * @throws StoreError where it cannot be reached
 */
export async function openServer(url: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
  });
  // A server that goes away closes idle connections; the next query says so to who makes it.
  pool.on('error', () => undefined);
  try {
    await pool.query('SELECT 1');
  } catch (cause) {
    await pool.end();
    throw new StoreError(
      `the PostgreSQL server at ${withoutPassword(url)} cannot be used (${(cause as Error).message}); check DATABASE_URL`,
      { cause },
    );
  }
  const notices = listener(url);
  const client = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  return {
    client,
    query: async (text, values = []) => (await pool.query<Row>(text, [...values])).rows,
    exec: async (script) => {
      // Several statements give several results, whatever the types say.
      const results = [await pool.query<Row>(script)].flat();
      return results.at(-1)?.rows ?? [];
    },
    listen: (channel, hear) => notices.listen(channel, hear),
    close: async () => {
      await notices.close();
      await client.$disconnect();
      await pool.end();
    },
  };
}

function withoutPassword(url: string): string {
  try {
    const { protocol, username, host, pathname } = new URL(url);
    return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
  } catch {
    return 'DATABASE_URL, which is not a URL,';
  }
}
