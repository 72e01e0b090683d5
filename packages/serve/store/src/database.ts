import type { PrismaClient } from './generated/client.js';

/** A PostgreSQL database, embedded or on a server. */
export interface Database {
  readonly client: PrismaClient;
  /** One statement with values at $1, $2 and so on. */
  query(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A script of several statements, without values; gives the rows of the last. */
  exec(script: string): Promise<Row[]>;
  /** Hears notices of a channel, the payload with each, until what it gives is called. */
  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Channel that announces a study's id when it has a new event. */
export const EVENT_CHANNEL = 'espalier_event';

export type Row = Readonly<Record<string, unknown>>;
