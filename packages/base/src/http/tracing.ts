import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';

/** The span of a request, as OpenTelemetry's semantic conventions describe those of a server. */
export type RequestSpan = Span;

export interface RequestAsked {
  readonly method: string;
  /** The route, not the path, which anyone can make up. */
  readonly route: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/**
 * Begins the span of a request, below the caller's where its headers name one. Without an OpenTelemetry
 * SDK this and all else here does nothing.
 *
 * @param server the package that answers
 */
export function beginRequestSpan(server: string, { method, route, headers }: RequestAsked): RequestSpan {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const attributes = { 'http.request.method': method, 'http.route': route };
  return trace
    .getTracer(server)
    .startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
}

export function endRequestSpan(span: RequestSpan, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Runs a batch in a span of its own, which links to the requests that share it. */
export async function inBatchSpan<T>(
  server: string,
  bucket: number,
  requests: readonly RequestSpan[],
  run: () => Promise<T>,
): Promise<T> {
  const links = [...new Set(requests)].map((span) => ({ context: span.spanContext() }));
  const attributes = { 'espalier.batch.size': requests.length, 'espalier.batch.bucket': bucket };
  const span = trace.getTracer(server).startSpan('espalier batch', { attributes, links, root: true });
  try {
    return await context.with(trace.setSpan(context.active(), span), run);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
