import { currentOffer } from '@espalier/runner';
import type { Offer } from '@espalier/study';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import {
  createDataServices,
  type BackboneEntry,
  type CheckBackbone,
  type DataServices,
  type InspectBackbone,
} from '@espalier/api';
import { blobPlace, openBlobs, requireWritable, type BlobPlace, type Blobs } from '@espalier/blobs';
import { datasetCache, pathPolicy } from '@espalier/datasets';
import { isLoopback, tokenProblem } from '@espalier/base/http';
import { countQueue, openQueue, type Queue } from '@espalier/queue';
import { openStore, type Database, type StorePlace } from '@espalier/store';
import { createApp, type Inside } from './app.js';
import { ServerError } from './errors.js';
import { followStudies } from './follow.js';
import { bare, closed, listen } from './listen.js';
import { createMetrics, type Metrics } from './metrics.js';
import { pruneRegularly } from './pruning.js';
import { singleUser, teamOf, type TeamOptions } from './people.js';

export interface ServerOptions {
  readonly place: StorePlace;
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port?: number;
  /** Sign-in of the team; absent if everyone who reaches the server is the one user of its machine. */
  readonly team?: TeamOptions;
  /** Public address of a team's server, such as `https://espalier.example`; by default the address it listens on. */
  readonly publicUrl?: string;
  /** Answers what is no call of the API: the pages. */
  readonly pages?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Folder of the list in which searches of this machine leave their studies; null to follow none. */
  readonly list: string | null;
  /** Store of uploads and models; by default the one that the environment names. */
  readonly blobs?: BlobPlace;
  /** The backbones that studies can name; there is no list of them where it is left out. */
  readonly backbones?: () => Promise<readonly BackboneEntry[]>;
  /** Backbones, dimensions, samplers and pruners that a study can name; by default the bundled ones. */
  readonly offer?: () => Promise<Offer>;
  /** Makes the checks of a backbone that people ask for; none can be made where it is left out. */
  readonly checkBackbone?: CheckBackbone;
  /** Says what a backbone is that people add; none can be added where it is left out. */
  readonly inspectBackbone?: InspectBackbone;
  /** Whether the network of a reference to a hub is on this machine; unknown, and so no, where it is left out. */
  readonly isThere?: (reference: string) => Promise<boolean>;
  /** Starts the worker of this machine, which does studies beside the server; none where it is left out. */
  readonly worker?: (queue: Queue, blobs: Blobs) => Promise<{ stop(): Promise<void> }>;
  /** Bearer token by which a team's metrics are read, besides by admins. */
  readonly metricsToken?: string;
  /** Days for which the audit log remembers what was changed; 400 where it is left out. */
  readonly auditDays?: number;
  /** Told of what went wrong inside. */
  readonly onFailure: (message: string) => void;
}

export interface RunningServer {
  /** Public address of the server. */
  readonly url: string;
  /** That it listens on. */
  readonly port: number;
  /** Link by which the first person of a team begins; null where there is one. */
  readonly setupUrl: string | null;
  close(): Promise<void>;
}

/** More than a year, so that what happens once a year can be compared. */
export const AUDIT_DAYS = 400;

/**
 * Starts the server that owns a store.
 *
 * @throws ServerError where others would reach it without sign-in, or the port is taken; LockedError where
 * another process has the store; StoreError or BlobError where they cannot be written
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1' } = options;
  const publicUrl = requirePublic(options, host);
  requireToken(options);
  const database = await openStore(options.place);
  try {
    const queue = await openQueue(database, ({ message }) => options.onFailure(`queue: ${message}`));
    try {
      return await withData({ database, queue, publicUrl }, options);
    } catch (error) {
      await queue.close();
      throw error;
    }
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function withData(
  { database, queue, publicUrl }: Pick<Inside, 'database' | 'queue' | 'publicUrl'>,
  options: ServerOptions,
): Promise<RunningServer> {
  const metrics = createMetrics(() => countQueue(queue));
  const data = dataServices(database, metrics, options);
  try {
    await requireWritable(data.blobs);
    return await serve({ database, queue, data, metrics, publicUrl }, options);
  } catch (error) {
    await data.close();
    throw error;
  }
}

async function serve(inside: Inside, options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, list, team, auditDays = AUDIT_DAYS, onFailure } = options;
  const { database, queue, data, publicUrl } = inside;
  const peopleAt = await (team === undefined ? singleUser(database) : teamOf(database, team));
  const { app, begin } = createApp(inside, options);
  const chosen = await listen(app, host, port);
  const listensAt = (name: string): string => `http://${name}:${chosen}`;
  const url = publicUrl?.origin ?? listensAt(isIPv6(bare(host)) ? `[${bare(host)}]` : host);
  const otherUrls = ['127.0.0.1', 'localhost', '[::1]'].map(listensAt);
  const people = peopleAt({ url, otherUrls, onFailure });
  begin(people);
  const follower =
    list === null
      ? null
      : followStudies(database, list, (folder, reason) => onFailure(`${folder}: ${reason}`));
  const pruning = pruneRegularly(database, auditDays, onFailure);
  const worker = await options.worker?.(queue, data.blobs);
  return {
    url,
    port: chosen,
    setupUrl: people.setupUrl,
    close: async () => {
      try {
        await closed(app);
        await worker?.stop();
        await follower?.stop();
        await pruning.stop();
        await data.close();
        await queue.close();
      } finally {
        await database.close();
      }
    },
  };
}

/**
 * The address that people reach the server by; null where it is that of this machine.
 *
 * @throws ServerError where others would reach it who cannot sign in, or not by a name that is known
 */
function requirePublic({ team, publicUrl, onFailure }: ServerOptions, host: string): URL | null {
  if (team === undefined) {
    if (isLoopback(host) && publicUrl === undefined) return null;
    throw new ServerError(
      `a server without sign-in serves only its own machine, but other machines reach ${publicUrl ?? host}; leave --host and --url out, or add --team`,
    );
  }
  if (publicUrl === undefined) {
    if (isLoopback(host)) return null;
    throw new ServerError(
      `a server at ${host} needs its public address; give it, for example with --url https://espalier.example`,
    );
  }
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || `${url.origin}/` !== url.href) {
    throw new ServerError(
      `'${publicUrl}' is not the address of a server; give one such as https://espalier.example`,
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    onFailure(`passwords are sent to ${url.origin} unencrypted; put an https proxy in front of the server`);
  }
  return url;
}

/** @throws ServerError where the token of the metrics is easy to guess */
function requireToken({ metricsToken }: ServerOptions): void {
  const problem = metricsToken === undefined ? null : tokenProblem(metricsToken);
  if (problem !== null) throw new ServerError(`ESPALIER_METRICS_TOKEN is invalid: ${problem}`);
}

function dataServices(database: Database, watch: Metrics, options: ServerOptions): DataServices {
  const { blobs, backbones, checkBackbone, team, onFailure } = options;
  return createDataServices({
    database,
    blobs: openBlobs(blobs ?? blobPlace()),
    policy: pathPolicy({ signIn: team !== undefined }),
    folder: datasetCache(),
    backbones: backbones ?? (() => Promise.resolve([])),
    offer: options.offer ?? (() => Promise.resolve(currentOffer())),
    inspectBackbone:
      options.inspectBackbone ?? (() => Promise.reject(new ServerError('this server cannot add backbones'))),
    isThere: options.isThere ?? (() => Promise.resolve(false)),
    check: checkBackbone ?? (() => Promise.reject(new ServerError('this server cannot check backbones'))),
    watch,
    onFailure: (error, what) => onFailure(`${what}: ${(error as Error).message}`),
  });
}
