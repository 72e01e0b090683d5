import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ClaimedTask } from '@espalier/queue';

/**
 * Runs a task in a span below that of the request which began its study. Without an OpenTelemetry SDK
 * this does nothing.
 */
export async function inTaskSpan<T>(task: ClaimedTask, run: () => Promise<T>): Promise<T> {
  const parent = propagation.extract(ROOT_CONTEXT, task.trace === null ? {} : { traceparent: task.trace });
  const attributes = {
    'espalier.study.id': task.studyId,
    'espalier.task.kind': task.kind,
    'espalier.task.claim': task.claim,
    ...(task.trial !== null && { 'espalier.trial.number': task.trial.number }),
  };
  const tracer = trace.getTracer('@espalier/worker');
  const span = tracer.startSpan(`espalier ${task.kind}`, { kind: SpanKind.CONSUMER, attributes }, parent);
  try {
    return await context.with(trace.setSpan(context.active(), span), run);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
    throw error;
  } finally {
    span.end();
  }
}
