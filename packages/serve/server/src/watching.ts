import type { IncomingMessage } from 'node:http';
import type { Context } from '@espalier/api';
import { TooManyError } from '@espalier/auth';
import { bearerCheck } from '@espalier/base/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { end } from './answers.js';
import type { Metrics } from './metrics.js';

export interface WatchingOptions {
  readonly metrics: Metrics;
  /** Whether people sign in; whoever reaches the server may see its metrics where they do not. */
  readonly signIn: boolean;
  readonly token: string | undefined;
  readonly contextOf: (request: IncomingMessage) => Promise<Pick<Context, 'access' | 'address' | 'limits'>>;
}

/** @throws whatever else went wrong */
function asked(error: unknown): TooManyError {
  if (error instanceof TooManyError) return error;
  throw error;
}

/** Answers with the server's metrics, where who asks may see them. */
export function createWatching({ metrics, signIn, token, contextOf }: WatchingOptions) {
  const carriesToken = token === undefined ? () => false : bearerCheck(token);
  const refusalOf = async (request: IncomingMessage): Promise<readonly [number, string] | null> => {
    if (!signIn || carriesToken(request.headers.authorization)) return null;
    const { access, address, limits } = await contextOf(request);
    if (access?.role === 'admin') return null;
    const tooMany = await limits?.stranger.take(address ?? 'unknown').then(() => null, asked);
    if (tooMany) return [429, tooMany.message];
    return access === null
      ? [401, "the metrics need an admin's API key, or the token of ESPALIER_METRICS_TOKEN"]
      : [403, `the metrics need the role admin, but yours is ${access.role}`];
  };
  return async ({ raw }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const refusal = await refusalOf(raw);
    void reply.header('Cache-Control', 'no-store');
    if (refusal !== null) return end(reply, ...refusal);
    return reply.type(metrics.contentType).send(await metrics.text());
  };
}
