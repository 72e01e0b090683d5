import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import {
  createApiHandler,
  createDataServices,
  createFilesHandler,
  type Access,
  type BackboneEntry,
  type DataServices,
} from '@espalier/api';
import { blobPlace, openBlobs, type BlobPlace } from '@espalier/blobs';
import { datasetCache, pathPolicy } from '@espalier/datasets';
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
  /** Where uploads and models are; what the environment names where it is left out. */
  readonly blobs?: BlobPlace;
  /** The backbones that studies can name; there is no list of them where it is left out. */
  readonly backbones?: () => Promise<readonly BackboneEntry[]>;
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
  const { host = '127.0.0.1' } = options;
  if (!isLoopback(host)) {
    throw new ServerError(
      `a server without sign-in is reached from its own machine alone, and ${host} is reached from others; leave --host out`,
    );
  }
  const database = await openStore(options.place);
  try {
    const data = dataServices(database, options);
    try {
      return await serve({ database, data, access: await singleUser(database) }, options);
    } catch (error) {
      await data.close();
      throw error;
    }
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function serve(inside: Inside, options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, list, onFailure } = options;
  const { database, data } = inside;
  const server = await listening(httpServer(listenerOf(inside, options)), host, port);
  const follower =
    list === null
      ? null
      : followStudies(database, list, (folder, reason) => onFailure(`${folder}: ${reason}`));
  return {
    url: `http://${isIPv6(bare(host)) ? `[${bare(host)}]` : host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      try {
        await closed(server);
        await follower?.stop();
        await data.close();
      } finally {
        await database.close();
      }
    },
  };
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

function dataServices(database: Database, { blobs, backbones, onFailure }: ServerOptions): DataServices {
  return createDataServices({
    database,
    blobs: openBlobs(blobs ?? blobPlace()),
    policy: pathPolicy({ signIn: false }),
    folder: datasetCache(),
    backbones: backbones ?? (() => Promise.resolve([])),
    onFailure: (error, what) => onFailure(`${what}: ${(error as Error).message}`),
  });
}

interface Inside {
  readonly database: Database;
  readonly access: Access;
  readonly data: DataServices;
}

function listenerOf(
  { database, access, data }: Inside,
  { pages, onFailure }: ServerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const context = {
    database,
    access,
    data,
    onFailure: (error: unknown, path: string) => onFailure(`${path}: ${(error as Error).message}`),
  };
  const contextOf = () => Promise.resolve(context);
  const api = createApiHandler({ path: API_PATH, contextOf });
  const files = createFilesHandler({ contextOf });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = refusalOf(request);
    if (refusal !== null) return end(response, 403, refusal);
    secure(request, response);
    if (request.url === '/healthz') return health(database, response);
    if (await api(request, response)) return;
    if (await files(request, response)) return;
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
