import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { createApiHandler, type Access } from '@espalier/api';
import { localProject, openStore, type Database, type StorePlace } from '@espalier/store';
import { ServerError } from './errors.js';
import { followStudies } from './follow.js';
import { isLoopback, refusalOf, secure } from './guard.js';

export interface ServerOptions {
  readonly place: StorePlace;
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port?: number;
  /** Answers what is no call of the API: the pages. */
  readonly pages?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Folder of the list in which searches of this machine leave their studies; null to follow none. */
  readonly list: string | null;
  /** Told of what went wrong inside. */
  readonly onFailure: (message: string) => void;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

const API_PATH = '/api/trpc';

/**
 * Starts the server that owns a store.
 *
 * There is no sign-in yet: whoever reaches it is the one user of its machine, so it is reached from this
 * machine alone.
 *
 * @throws ServerError where it would be reached from elsewhere, or the port is taken; LockedError where
 * another process has the store
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, list } = options;
  if (!isLoopback(host)) {
    throw new ServerError(
      `a server without sign-in is reached from its own machine alone, and ${host} is reached from others; leave --host out`,
    );
  }
  const database = await openStore(options.place);
  try {
    const access = await singleUser(database);
    const server = await listening(httpServer(listenerOf(database, access, options)), host, port);
    const follower =
      list === null
        ? null
        : followStudies(database, list, (folder, reason) => options.onFailure(`${folder}: ${reason}`));
    return {
      url: `http://${isIPv6(bare(host)) ? `[${bare(host)}]` : host}:${(server.address() as AddressInfo).port}`,
      close: async () => {
        try {
          await closed(server);
          await follower?.stop();
        } finally {
          await database.close();
        }
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Upgrades are for WebSockets, which nothing here uses; pages would take them past the guard. */
function httpServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer(answer);
  server.on('upgrade', (_, socket) => socket.destroy());
  return server;
}

/** How long calls under way may take once the server ends; streams of events do not end by themselves. */
const GRACE_MILLISECONDS = 2_000;

async function closed(server: Server): Promise<void> {
  const ended = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS);
  await ended;
  clearTimeout(late);
}

/** An address of IPv6 without its brackets. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

async function singleUser(database: Database): Promise<Access> {
  const project = await database.client.project.findUniqueOrThrow({
    where: { id: await localProject(database) },
  });
  return { organizationId: project.organizationId, userId: null, role: 'admin' };
}

function listenerOf(
  database: Database,
  access: Access,
  { pages, onFailure }: ServerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const context = {
    database,
    access,
    onFailure: (error: unknown, path: string) => onFailure(`${path}: ${(error as Error).message}`),
  };
  const api = createApiHandler({ path: API_PATH, contextOf: () => Promise.resolve(context) });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = refusalOf(request);
    if (refusal !== null) return end(response, 403, refusal);
    secure(request, response);
    if (request.url === '/healthz') return health(database, response);
    if (await api(request, response)) return;
    if (pages === undefined) return end(response, 404, 'there is nothing here');
    await pages(request, response);
  };
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      onFailure(`${request.method} ${request.url}: ${(error as Error).message}`);
      if (response.headersSent) response.destroy();
      else end(response, 500, 'something failed on the server; it is in its log');
    });
  };
}

async function health(database: Database, response: ServerResponse): Promise<void> {
  const works = await database.query('SELECT 1 AS one').then(
    () => true,
    () => false,
  );
  end(response, works ? 200 : 503, works ? 'ok' : 'the store does not answer');
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

async function listening(server: Server, host: string, port: number): Promise<Server> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, bare(host), resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const taken = cause.code === 'EADDRINUSE';
    const [why, advice] = taken
      ? ['something else listens there', 'choose another --port']
      : [cause.message, 'check --host and --port'];
    throw new ServerError(`the server cannot listen at ${host}:${port} (${why}); ${advice}`, { cause });
  });
  return server;
}
