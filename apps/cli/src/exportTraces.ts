/** Environment variables that name the collector, as OpenTelemetry defines them. */
const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

/**
 * Sends the spans of this process to the collector that the environment names, by OTLP over HTTP; nothing
 * is loaded or sent without one. `OTEL_SERVICE_NAME` and the other variables of OpenTelemetry count.
 *
 * @param service default service name
 * @returns a function that sends the last spans and shuts the exporter down
 */
export async function exportTraces(service: string): Promise<() => Promise<void>> {
  const { env } = process;
  if (env['OTEL_SDK_DISABLED'] === 'true' || !endpoints.some((name) => env[name]))
    return async () => undefined;
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': env['OTEL_SERVICE_NAME'] || service }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  // An unreachable collector must neither delay nor fail the shutdown.
  return () => provider.shutdown().catch(() => undefined);
}
