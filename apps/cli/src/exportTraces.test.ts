import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { exportTraces } from './exportTraces.js';

afterEach(() => {
  vi.unstubAllEnvs();
  for (const api of [trace, context, propagation]) api.disable();
});

/** A collector; `bodies` is what it was sent, by path. */
async function collector(): Promise<{ url: string; bodies: [string, string][] }> {
  const bodies: [string, string][] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      bodies.push([String(request.url), body]);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

describe('traces', () => {
  it('go to the collector that the environment names', async () => {
    const { url, bodies } = await collector();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
    const end = await exportTraces('espalier-worker');
    trace.getTracer('test').startActiveSpan('espalier trial', (span) => span.end());
    await end();
    expect(bodies.map(([path]) => path)).toEqual(['/v1/traces']);
    expect(bodies[0]?.[1]).toContain('espalier trial');
    expect(bodies[0]?.[1]).toContain('espalier-worker');
  });

  it('go nowhere without one, or where they are switched off', async () => {
    const { url, bodies } = await collector();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', '');
    await (
      await exportTraces('a')
    )();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const end = await exportTraces('b');
    trace.getTracer('test').startActiveSpan('span', (span) => {
      expect(span.isRecording()).toBe(false);
      span.end();
    });
    await end();
    expect(bodies).toEqual([]);
  });

  it('do not keep a process from its end where the collector is away', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:9');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '500');
    const end = await exportTraces('c');
    trace.getTracer('test').startActiveSpan('span', (span) => span.end());
    await end();
  });
});
