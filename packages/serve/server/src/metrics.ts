import type { PredictionWatch } from '@espalier/api';
import type { QueueCounts } from '@espalier/queue';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The counts of one server, in Prometheus' terms. */
export interface Metrics extends PredictionWatch {
  readonly contentType: string;
  /** @param seconds null for a stream of events, which lasts as long as somebody listens */
  request(route: string, status: number, seconds: number | null): void;
  /** @param change by how many more or fewer there are */
  streams(change: 1 | -1): void;
  text(): Promise<string>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BATCHES = [1, 2, 4, 8, 16];

/** @param count asks the store what there is to do */
export function createMetrics(count: () => Promise<QueueCounts>): Metrics {
  const registry = new Registry();
  const requests = requestMetrics(registry);
  const predictions = predictionMetrics(registry);
  const registers = [registry];
  const tasks = new Gauge({
    name: 'espalier_tasks',
    help: 'Tasks of studies: running, waiting for a worker, and paused with their study',
    labelNames: ['state'],
    registers,
  });
  const workers = new Gauge({ name: 'espalier_workers', help: 'Live workers', registers });
  return {
    contentType: registry.contentType,
    ...requests,
    ...predictions,
    text: async () => {
      const now = await count();
      for (const [state, value] of Object.entries(now.tasks)) tasks.set({ state }, value);
      workers.set(now.workers);
      return registry.metrics();
    },
  };
}

function requestMetrics(registry: Registry): Pick<Metrics, 'request' | 'streams'> {
  const registers = [registry];
  const requests = new Counter({
    name: 'espalier_http_requests_total',
    help: 'Requests answered, by route and status; 499 if the client disconnected first',
    labelNames: ['route', 'status'],
    registers,
  });
  const latency = new Histogram({
    name: 'espalier_http_request_seconds',
    help: 'Seconds from a request to its answer, by route, without event streams',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  });
  const streams = new Gauge({
    name: 'espalier_event_streams',
    help: 'Open event streams',
    registers,
  });
  return {
    request: (route, status, seconds) => {
      requests.inc({ route, status });
      if (seconds !== null) latency.observe({ route }, seconds);
    },
    streams: (change) => streams.inc(change),
  };
}

function predictionMetrics(registry: Registry): PredictionWatch {
  const registers = [registry];
  const predictions = new Counter({
    name: 'espalier_predictions_total',
    help: 'Inputs to models, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const batches = new Histogram({
    name: 'espalier_prediction_batch_size',
    help: 'Inputs per run of a model',
    buckets: BATCHES,
    registers,
  });
  return {
    prediction: (outcome) => predictions.inc({ outcome }),
    batch: (size) => batches.observe(size),
  };
}
