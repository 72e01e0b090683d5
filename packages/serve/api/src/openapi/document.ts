import { z } from 'zod';
import { fileRoutes } from '../http/routes.js';
import { procedurePaths } from './procedures.js';
import { answeredSchema, operationOf, type DescribedRoute, type Json } from './route.js';

/** A description of the API in OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Json>>;
  readonly components: Json;
  readonly security: readonly Json[];
}

export interface DocumentOptions {
  /** Public address of the server, such as `https://espalier.example`. */
  readonly url: string;
  /** Of Espalier. */
  readonly version: string;
  /** That the procedures are under, such as `/api/trpc`. */
  readonly procedures: string;
  /** Whether people sign in. */
  readonly signIn: boolean;
  /** Routes of the server besides procedures and files. */
  readonly routes?: readonly DescribedRoute[];
}

const ABOUT =
  'What the dashboard asks, for everybody. A procedure that looks is a GET whose input is JSON in the query string; ' +
  'one that changes something is a POST whose input is JSON in its body. The answer is in result.data. Lists come in ' +
  'pages: give the `next` of one as the `cursor` of the following one. Files go by routes of their own.';

const errorSchema = z.object({
  error: z.object({
    message: z.string().describe('For people: the fault, and what to do'),
    code: z.int(),
    data: z.object({
      code: z.string().describe('For programs, such as FORBIDDEN'),
      httpStatus: z.int(),
      path: z.string().nullable().describe('The procedure'),
    }),
  }),
});

/** The errors of what is no procedure; sign-in puts its sentence beside a code. */
const refusalSchema = z.union([
  z.object({ error: z.object({ message: z.string().describe('For people') }) }),
  z.object({ message: z.string().describe('For people'), code: z.string().optional() }),
]);

/** Describes every route of a server for who does not speak tRPC. */
export function openApiDocument({
  url,
  version,
  procedures,
  signIn,
  routes = [],
}: DocumentOptions): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title: 'Espalier', version, description: ABOUT },
    servers: [{ url }],
    paths: { ...procedurePaths(procedures), ...pathsOf([...fileRoutes, ...routes]) },
    components: {
      ...(signIn && { securitySchemes }),
      schemas: { Error: answeredSchema(errorSchema), Refusal: answeredSchema(refusalSchema) },
    },
    security: signIn ? [{ key: [] }, { cookie: [] }] : [],
  };
}

const securitySchemes = {
  key: { type: 'http', scheme: 'bearer', description: 'A key of the team page: esp_...' },
  cookie: {
    ...{ type: 'apiKey', in: 'cookie', name: 'espalier.session_token' },
    description: 'Of who signed in; where the server is reached by https its name begins with __Secure-',
  },
};

/** Routes by their path, which several may share. */
function pathsOf(routes: readonly DescribedRoute[]): Readonly<Record<string, Json>> {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}
