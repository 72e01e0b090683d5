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

const tracer = (): ReturnType<typeof trace.getTracer> => trace.getTracer('@espalier/serving');

/**
 * Begins the span of a request, below the caller's where its headers name one. Without an OpenTelemetry
 * SDK this and all else here does nothing.
 */
export function beginRequestSpan(
  method: string,
  route: string,
  headers: Readonly<Record<string, unknown>>,
): RequestSpan {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const attributes = { 'http.request.method': method, 'http.route': route };
  return tracer().startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
}

export function endRequestSpan(span: RequestSpan, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Runs a batch in a span of its own, which links to the requests that share it. */
export async function inBatchSpan<T>(
  bucket: number,
  requests: readonly RequestSpan[],
  run: () => Promise<T>,
): Promise<T> {
  const links = [...new Set(requests)].map((span) => ({ context: span.spanContext() }));
  const attributes = { 'espalier.batch.size': requests.length, 'espalier.batch.bucket': bucket };
  const span = tracer().startSpan('espalier batch', { attributes, links, root: true });
  try {
    return await context.with(trace.setSpan(context.active(), span), run);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
