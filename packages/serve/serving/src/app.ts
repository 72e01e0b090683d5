import { counted } from '@espalier/data';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Predictor } from '@espalier/runner';
import { z } from 'zod';
import { createBudget, type Budget } from './budget.js';
import {
  errorAnswer,
  type ErrorAnswer,
  type modelSchema,
  type Prediction,
  type predictionsSchema,
} from './answers.js';
import { overloaded, RequestError, stopping } from './errors.js';
import { answerClientError, refusalOf, securityHeaders } from './failures.js';
import { createGuard } from './guard.js';
import { createInference, type Inference } from './inference.js';
import { acceptBodies, readInputs } from './inputs.js';
import { inputsOf } from './modalities.js';
import { createMetrics } from './metrics.js';
import { observe, type Observation, type RequestLine } from './observe.js';
import { openApiDocument } from './openapi.js';
import { readPage } from './page.js';
import { tooLarge } from './refusals.js';
import type { Limits } from './settings.js';

export type Phase = 'warming' | 'ready' | 'stopping';

export interface AppOptions {
  readonly predictor: Predictor;
  readonly limits: Limits;
  readonly token?: string;
  /** SHA-256 of the model's file. */
  readonly sha256: string;
  readonly phase: () => Phase;
  readonly onRequest: (line: RequestLine) => void;
  /** Told of errors that are the server's own, which clients are not. */
  readonly onFailure: (error: unknown) => void;
}

export interface App {
  readonly app: FastifyInstance;
  readonly inference: Inference;
}

/** Routes that tell nothing of the model or its users: the page, which asks for the token, and what watches. */
const openRoutes: ReadonlySet<string> = new Set(['/', '/healthz', '/readyz']);

/** The application, not listening yet. */
export async function createApp(options: AppOptions): Promise<App> {
  const { predictor, limits, onFailure } = options;
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.receiving,
    // While it stops, requests on connections that are open get our own answers.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, options),
    clientErrorHandler: answerClientError,
  });
  const queue = createBudget(limits.queue);
  const metrics = createMetrics(limits.batch, queue.used);
  const inference = createInference(predictor, limits, metrics);
  const observedOf = observe(app, metrics, options.onRequest);
  const guard = createGuard(options.token);
  app.addHook('onRequest', async (request) => {
    if (!openRoutes.has(request.routeOptions.url ?? '')) guard(request.headers);
  });
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(securityHeaders)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    // A connection that its client keeps would hold up the stop until it times out.
    if (options.phase() === 'stopping') reply.header('connection', 'close');
  });
  app.setErrorHandler((error, request, reply) => {
    const { code } = answerError(error, request, reply, options);
    if ((code === 'internal' || code === 'prediction_timeout') && !observedOf(request).signal.aborted)
      onFailure(error);
  });
  const routes = routesOf(app);
  app.setNotFoundHandler(({ method }) => {
    const message = `there is no route for ${method} at this address; the routes are ${routes.join(', ')}`;
    throw new RequestError(404, 'not_found', message);
  });
  await acceptBodies(app, predictor.modality, limits);
  addPredict(app, { ...options, queue, inference, observedOf });
  addWatching(app, options);
  await addPage(app);
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  return { app, inference };
}

/** Every route that is added from now on, such as `GET /healthz`. */
function routesOf(app: FastifyInstance): readonly string[] {
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
  });
  return routes;
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  options: AppOptions,
): RequestError {
  const refusal = refusalOf(error, request, options);
  const { status, code, message, headers } = refusal;
  // What is no request does not pass the hook that sets these.
  void reply
    .code(status)
    .headers({ ...securityHeaders, ...headers })
    .send(errorAnswer(code, message));
  return refusal;
}

interface PredictOptions extends AppOptions {
  readonly queue: Budget;
  readonly inference: Inference;
  readonly observedOf: (request: FastifyRequest) => Observation;
}

function addPredict(app: FastifyInstance, options: PredictOptions): void {
  const { predictor, limits, queue, inference, observedOf } = options;
  app.post<{ Reply: z.infer<typeof predictionsSchema> | ErrorAnswer }>(
    '/v1/predict',
    { onRequest: admission(options) },
    async (request, reply) => {
      const top = topOf(request.query);
      const observed = observedOf(request);
      const inputs = await readInputs(request, predictor.modality, limits);
      observed.inputs = inputs.length;
      const release = queue.take(inputs.length);
      if (release === null)
        throw overloaded(`the queue has no room for ${counted(inputs.length, 'more input')}`);
      try {
        const answers = await inference.answer(inputs, observed.span, observed.signal);
        const [only] = answers;
        if (answers.length === 1 && only !== undefined && 'error' in only) {
          return await reply.code(422).send({ error: only.error });
        }
        return { predictions: answers.map((answer) => cutTo(answer, top)) };
      } finally {
        release();
      }
    },
  );
}

/** Refuses what there is no room for before its body is read. */
function admission({ limits, queue, phase }: PredictOptions) {
  const memory = createBudget(limits.memoryBytes);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (phase() === 'stopping') throw stopping();
    const declared = request.headers['content-length'];
    const bytes = declared === undefined ? limits.bodyBytes : Number(declared);
    if (bytes > limits.bodyBytes) throw tooLarge(limits);
    if (queue.used() >= limits.queue)
      throw overloaded(`${counted(limits.queue, 'input is', 'inputs are')} already waiting`);
    const release = memory.take(bytes);
    if (release === null) throw overloaded('the bodies of other requests use all memory for requests');
    reply.raw.once('close', release);
  };
}

const querySchema = z.strictObject({ top: z.coerce.number().int().min(1).optional() });

function topOf(query: unknown): number | undefined {
  const parsed = querySchema.safeParse(query);
  if (parsed.success) return parsed.data.top;
  throw new RequestError(
    400,
    'invalid_request',
    'the query is invalid; it takes only top=<count>, a whole number of 1 or more',
  );
}

const cutTo = (answer: Prediction, top: number | undefined): Prediction =>
  'labels' in answer ? { ...answer, labels: answer.labels.slice(0, top) } : answer;

/** Routes for load balancers and visitors. */
function addWatching(app: FastifyInstance, { predictor, limits, phase, sha256, token }: AppOptions): void {
  const { labels, backbone, licence, freezeDepth, seed } = predictor.card;
  app.get('/v1/model', async (): Promise<z.infer<typeof modelSchema>> => ({
    modality: predictor.modality,
    labels,
    accepts: inputsOf[predictor.modality].accepted,
    source: { backbone, licence, freezeDepth, seed, sha256 },
    limits,
  }));
  const description = openApiDocument({
    ...{ modality: predictor.modality, limits, guarded: token !== undefined },
  });
  app.get('/openapi.json', async () => description);
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const status = phase();
    return reply.code(status === 'ready' ? 200 : 503).send({ status });
  });
}

/** The page on which people try the model. */
async function addPage(app: FastifyInstance): Promise<void> {
  const { html, policy } = await readPage();
  app.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html),
  );
}
