import type { IncomingMessage, ServerResponse } from 'node:http';
import { beginRequestSpan, endRequestSpan } from '@espalier/base/http';
import { context, trace } from '@opentelemetry/api';
import type { Metrics } from './metrics.js';

const EVENTS = '/api/trpc/{events}';
const CLIENT_WENT_AWAY = 499;

/** Labels of requests in the metrics. Paths are grouped, because anyone can make up paths. */
const routes: readonly (readonly [RegExp, string])[] = [
  [/^\/(healthz|metrics|api\/openapi\.json)$/, '$&'],
  [/^\/api\/auth\/.*$/, '/api/auth/*'],
  [/^\/api\/trpc\/\w+\.events$/, EVENTS],
  [/^\/api\/trpc\/.*$/, '/api/trpc/{procedures}'],
  [/^\/api\/uploads\/.*$/, '/api/uploads/{id}/{part}'],
  [/^\/api\/files\/(datasets|studies|models)\/.*$/, '/api/files/$1/{id}/{file}'],
  [/^\/api\/models\/[^/]*\/predict$/, '/api/models/{id}/predict'],
];

export function routeOf(path: string): string {
  const found = routes.find(([pattern]) => pattern.test(path));
  return found === undefined ? '/{page}' : path.replace(found[0], found[1]);
}

/** Answers a request, and counts, times and traces it; what it begins is traced below it. */
export function observed(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: Metrics,
  answer: () => void,
): void {
  const { method = 'GET', url = '/', headers } = request;
  const [path = '/'] = url.split('?');
  const route = routeOf(path);
  const streams = route === EVENTS;
  const began = performance.now();
  const span = beginRequestSpan('@espalier/server', { method, route, headers });
  span.setAttribute('url.path', path);
  if (streams) metrics.streams(1);
  response.once('close', () => {
    // A stream of events is ended by who listens.
    const whole = response.writableFinished || (streams && response.headersSent);
    const status = whole ? response.statusCode : CLIENT_WENT_AWAY;
    if (streams) metrics.streams(-1);
    metrics.request(route, status, streams ? null : (performance.now() - began) / 1000);
    endRequestSpan(span, status);
  });
  context.with(trace.setSpan(context.active(), span), answer);
}
