import { Client } from 'pg';

type Hear = (payload: string) => void;

/** Before a connection that was lost is made again. */
const RETRY_MILLISECONDS = 1_000;

export interface Listener {
  listen(channel: string, hear: Hear): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/**
 * Hears notices of a PostgreSQL server on one connection of its own, made when it is needed. Notices of
 * the time in which a connection was lost are lost; who listens asks now and then anyway.
 */
export function listener(url: string): Listener {
  const heard = new Map<string, Set<Hear>>();
  let connecting: Promise<Client> | null = null;

  let ended = false;

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: url });
    client.on('notification', ({ channel, payload = '' }) => {
      for (const hear of heard.get(channel) ?? []) hear(payload);
    });
    // Told of by the end that follows.
    client.on('error', () => undefined);
    try {
      await client.connect();
      for (const channel of heard.keys()) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  function connected(): Promise<Client> {
    if (connecting !== null) return connecting;
    const own = connect();
    connecting = own;
    const lost = (): void => {
      if (connecting !== own) return;
      connecting = null;
      const hears = [...heard.values()].some((hearers) => hearers.size > 0);
      // Until it is there again, who listens asks now and then anyway.
      if (hears && !ended)
        setTimeout(() => void connected().catch(() => undefined), RETRY_MILLISECONDS).unref();
    };
    own.then((client) => client.once('end', lost), lost);
    return own;
  }

  return {
    listen: async (channel, hear) => {
      const hearers = heard.get(channel) ?? new Set();
      heard.set(channel, hearers.add(hear));
      const client = await connected();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      return async () => void hearers.delete(hear);
    },
    close: async () => {
      ended = true;
      const client = await connecting?.catch(() => null);
      await client?.end();
    },
  };
}
