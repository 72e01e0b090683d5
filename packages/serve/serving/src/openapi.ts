import type { Modality } from '@espalier/transfer';
import { z } from 'zod';
import { errorSchema, healthSchema, modelSchema, predictionsSchema, readinessSchema } from './answers.js';
import { inputsOf } from './modalities.js';
import type { Limits } from './settings.js';
import { version } from './version.js';

type Json = Readonly<Record<string, unknown>>;

/** A description of a server in OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Json;
  readonly servers: readonly Json[];
  readonly paths: Readonly<Record<string, Json>>;
  readonly components: Json;
  readonly security: readonly Json[];
}

/** Settings that the description depends on. */
export interface ServerDescription {
  readonly modality: Modality;
  readonly limits: Limits;
  /** Whether clients have to send a token. */
  readonly guarded: boolean;
}

const ABOUT =
  'Classifies texts, images or recordings with one model. An input waits briefly for others, so that they ' +
  'share a run of the network. Every error has a code for programs and a sentence for people.';

/** Describes every route of a server, with what it takes and answers. */
export function openApiDocument(described: ServerDescription): OpenApiDocument {
  const { guarded } = described;
  return {
    openapi: '3.1.0',
    info: { title: 'Espalier: predictions of a model', version, description: ABOUT },
    servers: [{ url: '/' }],
    paths: {
      '/v1/predict': { post: predictOperation(described) },
      '/v1/model': {
        get: operation('model', 'Describes the model, its inputs, and the limits of the server', described, {
          200: json('The model', 'Model'),
        }),
      },
      '/openapi.json': {
        get: operation('description', 'Returns this description', described, {
          200: {
            description: 'OpenAPI 3.1',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        }),
      },
      '/metrics': {
        get: operation('metrics', 'Returns counts and durations for Prometheus', described, {
          200: text('Metrics in the Prometheus text format', 'text/plain'),
        }),
      },
      ...openPaths,
    },
    components: {
      schemas: schemas(),
      ...(guarded && {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'The token that the server was started with',
          },
        },
      }),
    },
    security: guarded ? [{ token: [] }] : [],
  };
}

const schemas = (): Json => ({
  Predictions: z.toJSONSchema(predictionsSchema, { io: 'output' }),
  Model: z.toJSONSchema(modelSchema, { io: 'output' }),
  Health: z.toJSONSchema(healthSchema),
  Readiness: z.toJSONSchema(readinessSchema),
  Error: z.toJSONSchema(errorSchema),
});

const json = (description: string, schema: string): Json => ({
  description,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
});

const text = (description: string, type: string): Json => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
});

/** Routes that need no token. */
const openPaths: Readonly<Record<string, Json>> = {
  '/': {
    get: {
      ...{
        operationId: 'page',
        security: [],
        summary: 'Shows a page for trying the model by hand',
      },
      responses: { 200: text('The page', 'text/html') },
    },
  },
  '/healthz': {
    get: {
      ...{ operationId: 'health', security: [], summary: 'Reports that the process is alive' },
      responses: { 200: json('The process is alive', 'Health') },
    },
  },
  '/readyz': {
    get: {
      ...{
        operationId: 'readiness',
        security: [],
        summary: 'Reports whether the server is ready for predictions',
      },
      responses: {
        200: json('The server is ready', 'Readiness'),
        503: json('The server is starting or stopping', 'Readiness'),
      },
    },
  },
};

function operation(
  operationId: string,
  summary: string,
  { guarded }: ServerDescription,
  responses: Json,
): Json {
  const refusals = guarded
    ? { 401: json('The token is missing or wrong', 'Error') }
    : { 403: json('The Host header is not a name of this machine', 'Error') };
  return {
    operationId,
    summary,
    responses: { ...responses, ...refusals, default: json('The problem', 'Error') },
  };
}

function predictOperation(described: ServerDescription): Json {
  const top = {
    ...{ name: 'top', in: 'query', required: false, schema: { type: 'integer', minimum: 1 } },
    description: 'The number of classes to return per input; all by default',
  };
  const again = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } };
  return {
    ...operation('predict', 'Classifies one input or several', described, {
      200: json('The classes of each input, or the reason why it cannot be read', 'Predictions'),
      400: json('The body or the query is malformed', 'Error'),
      408: json('The request took too long to arrive', 'Error'),
      413: json('The request has too many inputs or bytes', 'Error'),
      415: json('The model does not take this content type', 'Error'),
      422: json('The only input cannot be read', 'Error'),
      500: json('The server failed', 'Error'),
      503: { ...json('The queue is full, or the server is stopping', 'Error'), headers: again },
      504: json('An input took too long', 'Error'),
    }),
    parameters: [top],
    requestBody: { required: true, content: bodiesOf(described) },
  };
}

/** The bodies that a model's server reads, by their type. */
function bodiesOf({ modality, limits }: ServerDescription): Json {
  const body = { 'application/json': { schema: jsonBody(modality, limits) } };
  if (inputsOf[modality].files === null) return body;
  const files = { type: 'array', minItems: 1, maxItems: limits.inputs, items: { type: 'string' } };
  const form = { type: 'object', required: ['file'], properties: { file: files } };
  const encoding = { file: { contentType: `${modality}/*` } };
  return {
    'multipart/form-data': { schema: form, encoding },
    ...body,
    [`${modality}/*`]: { schema: { contentMediaType: `${modality}/*` } },
  };
}

/** One input, or a list of them; as `jsonInputs` reads it. */
export function jsonBody(modality: Modality, { inputs }: Limits): Json {
  const {
    files,
    names: { one, many },
  } = inputsOf[modality];
  const item =
    files === null
      ? { type: 'string' }
      : {
          ...{ type: 'string', contentEncoding: 'base64', contentMediaType: `${modality}/*` },
          description: 'The bytes of a file in base64 (RFC 4648, section 4), plain or in a data URL',
        };
  const only = (name: string, schema: Json): Json => ({
    ...{ type: 'object', required: [name], properties: { [name]: schema }, additionalProperties: false },
  });
  return {
    oneOf: [only(many, { type: 'array', minItems: 1, maxItems: inputs, items: item }), only(one, item)],
  };
}
