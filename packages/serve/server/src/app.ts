import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  addApi,
  addFiles,
  LONGEST_PARAMETER,
  openApiDocument,
  type Context,
  type DataServices,
} from '@espalier/api';
import { addressOf, AUTH_PATH } from '@espalier/auth';
import type { Queue } from '@espalier/queue';
import type { Database } from '@espalier/store';
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { end, nothing, refuse, refuseRaw } from './answers.js';
import { refusalOf, secure } from './guard.js';
import type { Metrics } from './metrics.js';
import { observed } from './observe.js';
import type { People } from './people.js';
import { ownRoutes, signInRoutes, type OwnRoute } from './routes.js';
import type { ServerOptions } from './server.js';
import { version } from './version.js';
import { createWatching } from './watching.js';

/** Services of an open server. */
export interface Inside {
  readonly database: Database;
  readonly queue: Queue;
  readonly data: DataServices;
  readonly metrics: Metrics;
  readonly publicUrl: URL | null;
}

export interface App {
  readonly app: FastifyInstance;
  /** Says who may ask, which is known once the server listens; requests wait for it. */
  readonly begin: (people: People) => void;
}

const API_PATH = '/api/trpc';

/** As Node has them by itself. */
const RECEIVING_MILLISECONDS = 300_000;
const KEPT_ALIVE_MILLISECONDS = 5_000;

/** Everything that the server answers, not listening yet. */
export function createApp(inside: Inside, options: ServerOptions): App {
  const { metrics, publicUrl } = inside;
  let begin: App['begin'] = () => undefined;
  const people = new Promise<People>((resolve) => {
    begin = resolve;
  });
  const app = fastify({
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    requestTimeout: RECEIVING_MILLISECONDS,
    keepAliveTimeout: KEPT_ALIVE_MILLISECONDS,
    // What is under way is answered, also where a browser keeps its connection.
    return503OnClosing: false,
    frameworkErrors: (_, request, reply) =>
      observed(request.raw, reply.raw, metrics, () => {
        const refusal = refusalOf(request.raw, publicUrl);
        if (refusal !== null) refuse(request, reply, 403, refusal);
        else refuse(request, reply, 400, 'the address is malformed; check the percent-encoding after each %');
      }),
  });
  // WebSockets, which nothing here uses, would take pages past the guard.
  app.server.on('upgrade', (_, socket) => socket.destroy());
  app.addHook('onRequest', ({ raw }, reply, done) => observed(raw, reply.raw, metrics, done));
  app.addHook('onRequest', async (request, reply) => {
    const refusal = refusalOf(request.raw, publicUrl);
    if (refusal !== null) return refuse(request, reply, 403, refusal);
    secure(request.raw, reply.raw, publicUrl);
    return undefined;
  });
  // Who answers reads what comes with a request, where anybody does.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  answerFailures(app, options);
  addRoutes(app, inside, people, options);
  return { app, begin };
}

function answerFailures(app: FastifyInstance, { onFailure }: ServerOptions): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return refuse(request, reply, error.statusCode, 'the request cannot be read');
    }
    onFailure(`${request.method} ${request.raw.url}: ${error.message}`);
    return refuse(request, reply, 500, FAILED);
  });
}

const FAILED = 'the server failed; its log has the reason';

/** Has what knows Node's requests alone answer one. */
async function handOver(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  { onFailure }: ServerOptions,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>,
): Promise<void> {
  reply.hijack();
  try {
    await answer(raw, reply.raw);
  } catch (error) {
    onFailure(`${raw.method} ${raw.url}: ${(error as Error).message}`);
    if (reply.raw.headersSent) reply.raw.destroy();
    else refuseRaw(raw, reply.raw, 500, FAILED);
  }
}

function addRoutes(
  app: FastifyInstance,
  inside: Inside,
  people: Promise<People>,
  options: ServerOptions,
): void {
  const { database, queue, data } = inside;
  const { pages, team, onFailure } = options;
  const contextOf = async (request: IncomingMessage): Promise<Context> => ({
    ...{ database, queue, data },
    ...(await (await people).contextOf(request)),
    address: addressOf(request),
    onFailure: (error: unknown, path: string) => onFailure(`${path}: ${(error as Error).message}`),
  });
  for (const { method, path, answer } of describedRoutes(inside, contextOf, options)) {
    app.route({ method, url: path, handler: answer });
  }
  if (team !== undefined) {
    app.all(`${AUTH_PATH}/*`, async (request, reply) => {
      const { answer } = await people;
      await handOver(request, reply, options, answer);
    });
  }
  addApi(app, { path: API_PATH, contextOf });
  addFiles(app, { contextOf });
  app.setNotFoundHandler(async (request, reply) => {
    if (pages === undefined || request.raw.url?.startsWith('/api/') === true) return nothing(request, reply);
    return handOver(request, reply, options, pages);
  });
}

function describedRoutes(
  { database, metrics, publicUrl }: Inside,
  contextOf: (request: IncomingMessage) => Promise<Context>,
  { team, metricsToken }: ServerOptions,
): readonly OwnRoute[] {
  const signIn = team !== undefined;
  const routes: readonly OwnRoute[] = ownRoutes(
    {
      health: (_, reply) => health(database, reply),
      metrics: createWatching({ metrics, contextOf, signIn, token: metricsToken }),
      description: async ({ headers }, reply) => {
        const url = publicUrl?.origin ?? `http://${headers.host}`;
        const all = [...routes, ...(signIn ? signInRoutes : [])];
        const document = openApiDocument({ url, version, procedures: API_PATH, signIn, routes: all });
        return reply.type('application/json').send(JSON.stringify(document));
      },
    },
    signIn,
  );
  return routes;
}

async function health(database: Database, reply: FastifyReply): Promise<FastifyReply> {
  const works = await database.query('SELECT 1 AS one').then(
    () => true,
    () => false,
  );
  return end(reply, works ? 200 : 503, works ? 'ok' : 'the store does not answer');
}
