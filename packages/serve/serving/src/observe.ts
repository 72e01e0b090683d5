import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { beginRequestSpan, endRequestSpan, type RequestSpan } from '@espalier/base/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.js';

/** Log entry of a request; it never holds headers or body. */
export interface RequestLine {
  readonly method: string;
  /** The route, not the path, which anyone can make up. */
  readonly route: string;
  /** 499 where the client went away before the answer. */
  readonly status: number;
  readonly milliseconds: number;
  readonly inputs: number;
}

/** A request under way. */
export interface Observation {
  readonly span: RequestSpan;
  /** Aborts when the client goes away before the answer. */
  readonly signal: AbortSignal;
  /** Number of inputs, once known. */
  inputs: number;
}

const CLIENT_WENT_AWAY = 499;

/** Counts, times and traces every request; gives what is known of one. */
export function observe(
  app: FastifyInstance,
  metrics: Metrics,
  onRequest: (line: RequestLine) => void,
): (request: FastifyRequest) => Observation {
  const known = new WeakMap<IncomingMessage, Observation>();
  app.addHook('onRequest', async (request, reply) => {
    const { method, headers, raw } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const began = performance.now();
    const gone = new AbortController();
    // Every input that waits listens.
    setMaxListeners(0, gone.signal);
    const observed: Observation = {
      span: beginRequestSpan('@espalier/serving', { method, route, headers }),
      signal: gone.signal,
      inputs: 0,
    };
    known.set(raw, observed);
    reply.raw.once('close', () => {
      const finished = reply.raw.writableFinished;
      const status = finished ? reply.statusCode : CLIENT_WENT_AWAY;
      const milliseconds = performance.now() - began;
      if (!finished) gone.abort();
      metrics.request(route, status, milliseconds / 1000);
      endRequestSpan(observed.span, status);
      onRequest({ method, route, status, milliseconds, inputs: observed.inputs });
    });
  });
  return (request) => {
    const observed = known.get(request.raw);
    if (observed === undefined) throw new Error('the request was not registered by the onRequest hook');
    return observed;
  };
}
