import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ServerError } from './errors.js';

/** By Node's codes: why, and what to do. */
const reasons: Readonly<Record<string, readonly [why: string, advice: string]>> = {
  EADDRINUSE: ['another program uses the port', 'choose another --port'],
  EACCES: ['the port needs administrator rights', 'choose a --port of 1024 or more'],
  EADDRNOTAVAIL: ['it is not an address of this machine', 'choose another --host'],
  ENOTFOUND: ['the host name does not exist', 'choose another --host'],
};

/** An address of IPv6 without its brackets. */
export const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/**
 * Listens at the first address of a name, and gives the port.
 *
 * @throws ServerError where the system does not let it
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    const { address } = await lookup(bare(host));
    await app.listen({ host: address, port });
  } catch (cause) {
    await app.close();
    const { code = '' } = cause as NodeJS.ErrnoException;
    const [why, advice] = reasons[code] ?? ['the system refused', 'check --host and --port'];
    throw new ServerError(`the server cannot listen at ${host}:${port} (${why}); ${advice}`, { cause });
  }
  return (app.server.address() as AddressInfo).port;
}

/** Milliseconds that open calls may take during the shutdown; event streams do not end by themselves. */
const GRACE_MILLISECONDS = 2_000;

/** Takes nothing on any more, and ends once what is under way is answered, or late. */
export async function closed(app: FastifyInstance): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), GRACE_MILLISECONDS);
  await app.close();
  clearTimeout(late);
}
