import { Client } from 'pg';

type Hear = (payload: string) => void;

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

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: url });
    const lost = (): void => {
      connecting = null;
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ channel, payload = '' }) => {
      for (const hear of heard.get(channel) ?? []) hear(payload);
    });
    await client.connect();
    for (const channel of heard.keys()) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    return client;
  }

  async function connected(): Promise<Client> {
    connecting ??= connect();
    try {
      return await connecting;
    } catch (error) {
      connecting = null;
      throw error;
    }
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
      const client = await connecting;
      await client?.end();
    },
  };
}
