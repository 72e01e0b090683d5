import { answered, askedSchema, jsonOf, parameter, text, type DescribedRoute } from '@espalier/api';
import { AUTH_PATH, authRoutes, type AuthRoute } from '@espalier/auth';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A route that the server answers itself. */
export interface OwnRoute extends DescribedRoute {
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
}

type Answers = Readonly<Record<'health' | 'metrics' | 'description', OwnRoute['answer']>>;

const metricsRefusals: DescribedRoute['answers'] = {
  401: text('Nobody is signed in, and the token is wrong'),
  403: text('The role may not see the metrics'),
  429: text('Too many requests'),
};

const none: DescribedRoute['answers'] = {};

const METRICS = 'Returns counts and durations for Prometheus';

/** Every address that is no procedure, no file and no page. */
export const ownRoutes = (answers: Answers, signIn: boolean): readonly OwnRoute[] => [
  {
    ...{ method: 'GET', path: '/healthz', id: 'server.health', tag: 'server', open: true },
    about: 'Reports whether the store responds',
    answers: { 200: text('The store responds'), 503: text('The store does not respond') },
    answer: answers.health,
  },
  {
    ...{ method: 'GET', path: '/metrics', id: 'server.metrics', tag: 'server', open: !signIn },
    about: signIn
      ? `${METRICS}, for admins and for clients with the token of ESPALIER_METRICS_TOKEN`
      : METRICS,
    answers: { 200: text('Metrics in the Prometheus text format'), ...(signIn ? metricsRefusals : none) },
    answer: answers.metrics,
  },
  {
    ...{ method: 'GET', path: '/api/openapi.json', id: 'server.description', tag: 'server', open: true },
    about: 'Returns this description',
    answers: { 200: { description: 'OpenAPI 3.1', content: jsonOf({ type: 'object' }) } },
    answer: answers.description,
  },
];

/** Sign-in routes of a team's server, for the API description. */
export const signInRoutes: readonly DescribedRoute[] = authRoutes.map(describedSignIn);

function describedSignIn(route: AuthRoute): DescribedRoute {
  const { method, path, id, about, signedIn = false, body, query, answer, redirects = false } = route;
  const parameters = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    ...parameter(name, 'query', askedSchema(schema), ''),
    required: true,
  }));
  return {
    ...{ method, path: AUTH_PATH + path, id, tag: 'auth', about, open: !signedIn },
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { body: jsonOf(askedSchema(body)) }),
    answers: redirects
      ? { 302: { description: 'A redirect to the requested page, or to the sign-in page' } }
      : { 200: answer === undefined ? { description: 'Success' } : answered('Success', answer) },
  };
}
