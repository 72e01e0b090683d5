import type { IncomingMessage, ServerResponse } from 'node:http';
import { TooManyError } from '@espalier/auth';
import type { FastifyInstance } from 'fastify';
import { mayAct, type Access, type Context } from '../context.js';
import { refusalOf } from '../failures.js';
import { takeShare } from '../share.js';
import { answerError, HttpError } from './answers.js';
import { withoutPaths } from '../redact.js';
import { fileRoutes, patternOf } from './routes.js';

/** A request for a route, of somebody who may ask it. */
export interface HttpCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: Context;
  readonly access: Access;
  /** Values of the route's wild cards. */
  readonly parts: readonly string[];
}

const routes = fileRoutes.map((route) => ({ ...route, pattern: patternOf(route.path) }));

const prefixes = ['/api/uploads/', '/api/files/', '/api/models/'];

export interface FilesOptions {
  readonly contextOf: (request: IncomingMessage) => Promise<Context>;
}

/** Adds the requests that carry files, in a scope of their own: their bodies are read as they come. */
export function addFiles(app: FastifyInstance, { contextOf }: FilesOptions): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const prefix of prefixes) {
      scope.all(`${prefix}*`, async ({ raw }, reply) => {
        const context = await contextOf(raw);
        reply.hijack();
        await answerOrRefuse(raw, reply.raw, context);
      });
    }
  });
}

async function answerOrRefuse(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
): Promise<void> {
  const [path = ''] = (request.url ?? '/').split('?');
  try {
    await answer(request, response, context, path);
  } catch (error) {
    // Whoever asked is gone.
    if (response.destroyed || request.errored !== null) {
      response.destroy();
      return;
    }
    // A client that still sends would not read the answer.
    request.resume();
    answerError(response, shortOf(toldOf(error) ?? failedInside(error, context, path), context));
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
  path: string,
): Promise<void> {
  const found = routes.filter(({ pattern }) => pattern.test(path));
  const route = found.find(({ method }) => method === request.method);
  if (route === undefined) {
    throw found.length === 0
      ? new HttpError(404, 'there is no route at this address; /api/openapi.json lists the routes')
      : new HttpError(405, `this address takes only ${found.map(({ method }) => method).join(', ')}`);
  }
  const { access } = context;
  await takeShare(context, route.kind);
  if (access === null) throw new HttpError(401, 'sign in first');
  if (!mayAct(access.role, route.role)) {
    throw new HttpError(403, `this needs the role ${route.role}, and yours is ${access.role}`);
  }
  const parts = (route.pattern.exec(path) ?? []).slice(1).map(decoded);
  await route.answer({ request, response, context, access, parts });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new HttpError(400, 'the address is malformed', { cause });
  }
}

function toldOf(error: unknown): HttpError | null {
  if (error instanceof HttpError) return error;
  if (error instanceof TooManyError) {
    const headers = { 'Retry-After': String(error.seconds) };
    return new HttpError(429, error.message, { cause: error, headers });
  }
  const refusal = refusalOf(error);
  return refusal === null ? null : new HttpError(refusal.status, refusal.message, { cause: error });
}

/** The same without the paths of the server, for whom they are nobody's to know. */
function shortOf(error: HttpError, { access }: Context): HttpError {
  const { status, message, headers } = error;
  return new HttpError(status, withoutPaths(message, access), { cause: error, headers });
}

function failedInside(error: unknown, { onFailure }: Context, path: string): HttpError {
  onFailure(error, path);
  return new HttpError(500, 'the server failed; its log has the reason');
}
