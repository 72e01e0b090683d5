import type { IncomingMessage } from 'node:http';
import { TooManyError } from '@espalier/auth';
import { TRPCError } from '@trpc/server';
import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import { getErrorShape } from '@trpc/server/shared';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from './context.js';
import { appRouter, type AppRouter } from './router.js';

/** Largest body of a call, in bytes; files are not sent by calls. */
const MOST_BYTES = 1_000_000;

/** Longest path segment for Fastify: a batch request names all its calls in one segment. */
export const LONGEST_PARAMETER = 16_384;

export interface ApiOptions {
  /** Path that the procedures are under, such as `/api/trpc`. */
  readonly path: string;
  readonly contextOf: (request: IncomingMessage) => Promise<Context>;
}

/** Adds the procedures of the API, in a scope of their own. */
export function addApi(app: FastifyInstance, { path, contextOf }: ApiOptions): void {
  const trpcOptions: FastifyTRPCPluginOptions<AppRouter>['trpcOptions'] = {
    router: appRouter,
    createContext: ({ req }) => contextOf(req.raw),
    responseMeta: ({ errors }) => ({
      headers: { 'Cache-Control': 'no-store', ...typeOf(errors), ...retryOf(errors) },
    }),
  };
  void app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.bodyLimit = MOST_BYTES;
    });
    scope.setErrorHandler(refuseBody);
    await scope.register(fastifyTRPCPlugin, { prefix: path, trpcOptions });
  });
}

/** Answers a call whose body Fastify does not take, as tRPC would. */
function refuseBody(failure: FastifyError, { params }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode: status = 500 } = failure;
  if (status >= 500) throw failure;
  const error = new TRPCError({ code: status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST' });
  const { path } = params as { readonly path?: string };
  const shape = getErrorShape({
    ...{ config: appRouter._def._config, error, path, type: 'unknown' as const },
    ...{ input: undefined, ctx: undefined },
  });
  return reply.code(status).header('Cache-Control', 'no-store').send({ error: shape });
}

/** JSON is called JSON also where a call of another type is refused, which tRPC answers as a text. */
const typeOf = (errors: readonly TRPCError[]): Record<string, string> =>
  errors.some(({ code }) => code === 'UNSUPPORTED_MEDIA_TYPE') ? { 'Content-Type': 'application/json' } : {};

/** Seconds until the next attempt, if a call exceeded a limit. */
function retryOf(errors: readonly TRPCError[]): Record<string, string> {
  const seconds = errors.flatMap(({ cause }) => (cause instanceof TooManyError ? [cause.seconds] : []));
  return seconds.length === 0 ? {} : { 'Retry-After': String(Math.max(...seconds)) };
}
