import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { serve, until } from './testing/server.js';

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);
beforeEach(() => exporter.reset());
afterAll(() => {
  for (const api of [trace, context, propagation]) api.disable();
});

it('a batch has a span that links to the spans of its requests', async () => {
  const { texts } = await serve('text', { limits: { batch: 3, wait: 10_000 } });
  await Promise.all([texts(['aa', 'bb']), texts(['cc'])]);
  await until(() => exporter.getFinishedSpans().length === 3);
  const spans = exporter.getFinishedSpans();
  const requests = spans.filter(({ kind }) => kind === SpanKind.SERVER);
  const [batch] = spans.filter(({ name }) => name === 'espalier batch');
  expect(requests.map(({ name }) => name)).toEqual(['POST /v1/predict', 'POST /v1/predict']);
  expect(requests[0]?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/v1/predict',
    'http.response.status_code': 200,
  });
  expect(batch?.attributes).toEqual({ 'espalier.batch.size': 3, 'espalier.batch.bucket': 1 });
  const linked = batch?.links.map((link) => link.context.spanId);
  expect(linked?.sort()).toEqual(requests.map((span) => span.spanContext().spanId).sort());
});

it('a request that fails has a span that says so', async () => {
  const { texts } = await serve('text');
  await texts(['x'.repeat(13)]);
  await until(() => exporter.getFinishedSpans().length > 0);
  expect(exporter.getFinishedSpans()[0]?.status.code).toBe(SpanStatusCode.ERROR);
});
