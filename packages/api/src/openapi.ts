import { z } from 'zod';
import { appRouter } from './router.js';

type Json = Readonly<Record<string, unknown>>;

/** A description of the API in OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Json>>;
  readonly components: Json;
  readonly security: readonly Json[];
}

/** What a procedure is made of, as far as it is described. */
const described = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  inputs: z.array(z.instanceof(z.ZodType)),
  meta: z.object({ role: z.string() }).optional(),
});
type Described = z.infer<typeof described>;

/** A procedure is a function that has this. */
const definitionOf = (procedure: unknown): Described =>
  described.parse(typeof procedure === 'function' && '_def' in procedure ? procedure._def : undefined);

const ABOUT =
  'The procedures of the dashboard, for everybody. A query is a GET whose input is JSON in the query string; ' +
  'a change is a POST whose input is JSON in its body. The answer is in result.data. Lists come in pages: ' +
  'give the `next` of one as the `cursor` of the following one. What happens to a study comes as server-sent events.';

/**
 * The API for who does not speak tRPC: its endpoints are those that tRPC answers.
 *
 * @param url where it is reached, such as `https://espalier.example/api/trpc`
 */
export function openApiDocument(url: string, version: string): OpenApiDocument {
  const procedures: Readonly<Record<string, unknown>> = appRouter._def.procedures;
  return {
    openapi: '3.1.0',
    info: { title: 'Espalier', version, description: ABOUT },
    servers: [{ url }],
    paths: Object.fromEntries(
      Object.entries(procedures).map(([name, procedure]) => [
        `/${name}`,
        pathOf(name, definitionOf(procedure)),
      ]),
    ),
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of the team page: esp_...' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'espalier.session_token' },
      },
      schemas: { Error: errorSchema },
    },
    security: [{ key: [] }, { cookie: [] }],
  };
}

const errorSchema = z.toJSONSchema(
  z.object({
    error: z.object({
      /** For people. */
      message: z.string(),
      code: z.int(),
      data: z.object({ code: z.string(), httpStatus: z.int(), path: z.string().nullable() }),
    }),
  }),
);

/** Of what is asked, as it is sent: defaults may be left out. */
const schemaOf = (input: z.ZodType): Json => z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });

function pathOf(name: string, { type, inputs, meta }: Described): Json {
  const [area = ''] = name.split('.');
  const input = inputs.length === 0 ? undefined : inputs.reduce((all, next) => z.intersection(all, next));
  const required = input !== undefined && !input.safeParse(undefined).success;
  const asked = input === undefined ? {} : { content: { 'application/json': { schema: schemaOf(input) } } };
  const about = {
    operationId: name,
    tags: [area],
    summary: meta === undefined ? 'For everybody' : `For the role ${meta.role} and those above it`,
    responses: responsesOf(type),
  };
  if (type === 'mutation') {
    return { post: { ...about, ...(input !== undefined && { requestBody: { required, ...asked } }) } };
  }
  const parameters = input === undefined ? [] : [{ name: 'input', in: 'query', required, ...asked }];
  return { get: { ...about, parameters } };
}

const success = {
  type: 'object',
  properties: { result: { type: 'object', properties: { data: {} } } },
  required: ['result'],
};

const responsesOf = (type: Described['type']): Json => ({
  200: {
    description: type === 'subscription' ? 'Events, as they come' : 'The answer',
    content:
      type === 'subscription'
        ? { 'text/event-stream': { schema: { type: 'string' } } }
        : { 'application/json': { schema: success } },
  },
  429: {
    description: 'This was asked too often',
    headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  },
  default: {
    description: 'What is wrong',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  },
});
