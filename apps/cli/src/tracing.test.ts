import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type ContextManager,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { writePictures } from '@espalier/data/testing';
import { connect, waitForStudy } from '@espalier/sdk';
import { startServer } from '@espalier/server';
import { startWorker } from '@espalier/worker';
import { emptyStore } from '@espalier/store/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** As the SDK for Node keeps what is under way. */
function contextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) => storage.run(active, () => run.apply(self, args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

const exporter = new InMemorySpanExporter();
const root = mkdtempSync(join(tmpdir(), 'espalier-tracing-'));
beforeAll(() => {
  process.env['ESPALIER_CACHE'] = join(root, 'cache');
  context.setGlobalContextManager(contextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
});
afterAll(() => {
  for (const api of [trace, context, propagation]) api.disable();
  rmSync(root, { recursive: true, force: true });
});

const child = {
  file: fileURLToPath(new URL('../../../packages/serve/worker/dist/process/child.js', import.meta.url)),
  nodeOptions: [],
};

it('a study is one trace, from the request that asks for it to the tasks of the worker', async () => {
  await writePictures(join(root, 'pictures'), 10);
  const onFailure = (message: string): never => {
    throw new Error(message);
  };
  const server = await startServer({
    place: emptyStore(join(root, 'store')),
    list: null,
    blobs: { kind: 'folder', folder: join(root, 'blobs') },
    worker: (queue, blobs) =>
      startWorker({
        ...{ queue, blobs, onFailure, child },
        folder: join(root, 'work'),
        cache: { folder: join(root, 'cache'), bytes: 2 ** 30 },
        capabilities: { providers: ['cpu'], memory: 2 ** 33, slots: 1 },
        alone: true,
      }),
    onFailure,
  });
  try {
    const client = connect({ url: server.url });
    const [project] = await client.api.projects.list.query();
    const projectId = String(project?.id);
    const path = join(root, 'pictures');
    const dataset = await client.api.datasets.register.mutate({ projectId, name: 'Pictures', path });
    const search = {
      ...{ backbones: ['vision-mini'], freezeDepths: [8], scratch: false },
      ...{ augmentation: ['none'], budget: { trials: 1, epochs: 1 } },
    };
    const [traceId, callerId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
    const asked = await fetch(`${server.url}/api/trpc/studies.create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-${callerId}-01` },
      body: JSON.stringify({ datasetId: dataset.id, name: 'Traced', search }),
    });
    const { result } = (await asked.json()) as { result: { data: { id: string } } };
    expect(await waitForStudy(client, result.data.id)).toMatchObject({ state: 'finished' });
  } finally {
    await server.close();
  }
  const spans = exporter.getFinishedSpans();
  const [request] = spans.filter(({ attributes }) => attributes['url.path'] === '/api/trpc/studies.create');
  expect(request).toMatchObject({
    name: 'POST /api/trpc/{procedures}',
    parentSpanContext: { spanId: 'b7ad6b7169203331' },
    attributes: { 'http.response.status_code': 200 },
  });
  const tasks = spans.filter(({ name }) => name.startsWith('espalier '));
  expect(tasks.map(({ name }) => name)).toEqual(['espalier plan', 'espalier trial', 'espalier finish']);
  for (const task of tasks) {
    expect(task.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(task.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  }
  // What has nothing to do with it is in no trace of it.
  const others = spans.filter(({ attributes }) => attributes['url.path'] === '/api/trpc/projects.list');
  expect(others.map((span) => span.spanContext().traceId)).not.toContain(request?.spanContext().traceId);
});
