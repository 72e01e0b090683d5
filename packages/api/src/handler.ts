import type { IncomingMessage, ServerResponse } from 'node:http';
import { TooManyError } from '@espalier/auth';
import type { TRPCError } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { Context } from './context.js';
import { appRouter } from './router.js';

/** Largest body of a call, in bytes; files are not sent by calls. */
const MOST_BYTES = 1_000_000;

export interface ApiOptions {
  /** Path that the procedures are under, such as `/api/trpc`. */
  readonly path: string;
  readonly contextOf: (request: IncomingMessage) => Promise<Context>;
}

/** Answers calls of procedures; false for requests that are none. */
export function createApiHandler({ path, contextOf }: ApiOptions) {
  const prefix = `${path}/`;
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const [pathname = ''] = (request.url ?? '/').split('?');
    if (!pathname.startsWith(prefix)) return false;
    await nodeHTTPRequestHandler({
      router: appRouter,
      path: pathname.slice(prefix.length),
      req: request,
      res: response,
      createContext: ({ req }) => contextOf(req),
      maxBodySize: MOST_BYTES,
      responseMeta: ({ errors }) => ({
        headers: { 'Cache-Control': 'no-store', ...typeOf(errors), ...retryOf(errors) },
      }),
    });
    return true;
  };
}

/** JSON is called JSON also where a call of another type is refused, which tRPC answers as a text. */
const typeOf = (errors: readonly TRPCError[]): Record<string, string> =>
  errors.some(({ code }) => code === 'UNSUPPORTED_MEDIA_TYPE') ? { 'Content-Type': 'application/json' } : {};

/** When to ask again, where a call of a request was one too many. */
function retryOf(errors: readonly TRPCError[]): Record<string, string> {
  const seconds = errors.flatMap(({ cause }) => (cause instanceof TooManyError ? [cause.seconds] : []));
  return seconds.length === 0 ? {} : { 'Retry-After': String(Math.max(...seconds)) };
}
