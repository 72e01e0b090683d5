import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** A description of an API in OpenAPI 3.1, to hold a server to it. */
export interface Description {
  /** Such as `GET /healthz`, in alphabetical order. */
  readonly routes: readonly string[];
  /** Validates an answer by the description; null where it is valid. */
  readonly answerProblem: (route: string, answer: Answer) => string | null;
  /** Validates the JSON of a request; null where it is valid. */
  readonly requestProblem: (route: string, body: unknown) => string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON; `''` where there is none. */
  readonly body: unknown;
}

const ID = 'description';
const methods = ['get', 'put', 'post', 'delete', 'patch'];

/**
 * Reads a description.
 *
 * @throws Error where it is not valid OpenAPI
 */
export async function readDescription(document: object): Promise<Description> {
  const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
  if (!valid) throw new Error(`it is not valid OpenAPI: ${JSON.stringify(errors)}`);
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ ...document, $id: ID });
  const compiled = new Map<string, ValidateFunction>();
  const problemAt = (path: readonly string[], value: unknown): string | null => {
    const $ref = `${ID}#${path.map((part) => `/${encodeURIComponent(escaped(part))}`).join('')}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    return validate(value) ? null : ajv.errorsText(validate.errors);
  };
  return {
    routes: routesOf(document),
    answerProblem: (route, { status, headers, body }) => {
      const place = placeOf(route);
      const responses = Object(valueAt(document, [...place, 'responses'])) as object;
      const known = String(status) in responses ? String(status) : 'default';
      const content = [...place, 'responses', known, 'content'];
      const types = Object(valueAt(document, content)) as object;
      const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
      if (!(known in responses)) return `${route} has no description of status ${status}`;
      if (Object.keys(types).length === 0)
        return body === '' ? null : `${route} is described without a response body`;
      const described = Object.keys(types).find((one) => matches(one, type));
      if (described === undefined) return `${route} has no description of status ${status} as ${type}`;
      return problemAt([...content, described, 'schema'], body);
    },
    requestProblem: (route, body) =>
      problemAt([...placeOf(route), 'requestBody', 'content', 'application/json', 'schema'], body),
  };
}

/** By the rules of JSON pointers (RFC 6901). */
const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

const matches = (described: string, type: string): boolean =>
  described === type || (described.endsWith('/*') && type.startsWith(described.slice(0, -1)));

function placeOf(route: string): readonly string[] {
  const [method = '', path = ''] = route.split(' ');
  return ['paths', path, method.toLowerCase()];
}

function valueAt(document: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, part) => (Object(value) as Record<string, unknown>)[part], document);
}

const routesOf = (document: object): readonly string[] =>
  Object.entries(Object(valueAt(document, ['paths'])) as object)
    .flatMap(([path, item]) =>
      Object.keys(item as object)
        .filter((key) => methods.includes(key))
        .map((method) => `${method.toUpperCase()} ${path}`),
    )
    .sort();
