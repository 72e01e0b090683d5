import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Outcome of an input; `dropped` are those whose client disconnected. */
export type InputOutcome = 'predicted' | 'unreadable' | 'dropped' | 'failed';

/** The counts of one server, in Prometheus' terms. */
export interface Metrics {
  readonly contentType: string;
  request(route: string, status: number, seconds: number): void;
  batch(size: number): void;
  input(outcome: InputOutcome): void;
  text(): Promise<string>;
}

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Powers of two up to the most inputs of a run, and that itself. */
const batchSizes = (most: number): number[] => [
  ...Array.from({ length: Math.ceil(Math.log2(most)) }, (_, i) => 2 ** i),
  most,
];

/** @param queued how many inputs are taken on and not answered yet */
export function createMetrics(mostInBatch: number, queued: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'espalier_requests_total',
    help: 'Requests answered, by route and status; 499 if the client disconnected first',
    labelNames: ['route', 'status'],
    registers,
  });
  const latency = new Histogram({
    name: 'espalier_request_seconds',
    help: 'Seconds from a request to its answer, by route',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  });
  const batches = new Histogram({
    name: 'espalier_batch_size',
    help: 'Inputs per run of the network',
    buckets: batchSizes(mostInBatch),
    registers,
  });
  const inputs = new Counter({
    name: 'espalier_inputs_total',
    help: 'Accepted inputs, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  new Gauge({
    name: 'espalier_queue_length',
    help: 'Accepted inputs that are not answered yet',
    registers,
    collect() {
      this.set(queued());
    },
  });
  return {
    contentType: registry.contentType,
    request: (route, status, seconds) => {
      requests.inc({ route, status });
      latency.observe({ route }, seconds);
    },
    batch: (size) => batches.observe(size),
    input: (outcome) => inputs.inc({ outcome }),
    text: () => registry.metrics(),
  };
}
