import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

/** A route that is no procedure, as the description of the API has it. */
export interface DescribedRoute {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** From the root of the server, with its parts that vary in braces. */
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  /** Summary: a sentence that begins with a verb. */
  readonly about: string;
  /** Whether everybody may ask, signed in or not. */
  readonly open?: boolean;
  readonly parameters?: readonly Json[];
  /** Schemas of the body, by content type. */
  readonly body?: Json;
  /** By status; the same error in every other case. */
  readonly answers: Readonly<Record<number, Json>>;
}

/** Of what is sent, where defaults may be left out. */
export const askedSchema = (schema: z.ZodType): Json => schemaOf(schema, 'input');

export const answeredSchema = (schema: z.ZodType): Json => schemaOf(schema, 'output');

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const described = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  // The document says for all of them which JSON Schema it is.
  delete described.$schema;
  return described;
}

export const jsonOf = (schema: Json): Json => ({ 'application/json': { schema } });

/** An answer with a JSON body. */
export const answered = (description: string, schema: z.ZodType): Json => ({
  description,
  content: jsonOf(answeredSchema(schema)),
});

export const text = (description: string, type = 'text/plain'): Json => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
});

/** A part of the path, or of the query. */
export const parameter = (
  name: string,
  where: 'path' | 'query' | 'header',
  schema: Json,
  description: string,
): Json => ({ name, in: where, required: where === 'path', schema, description });

const retryAfter = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } };

/** Describes the refusals of a request, by the component `name`. */
export const refusals = (name: string, open: boolean): Json => {
  const refused = (description: string): Json => ({
    description,
    content: jsonOf({ $ref: `#/components/schemas/${name}` }),
  });
  return {
    ...(!open && {
      401: refused('The caller is not signed in, or the key is unknown'),
      403: refused('The role does not allow it'),
    }),
    429: { ...refused('Too many requests'), headers: retryAfter },
    default: refused('What is wrong'),
  };
};

export const operationOf = ({
  id,
  tag,
  about,
  open = false,
  parameters,
  body,
  answers,
}: DescribedRoute): Json => ({
  operationId: id,
  tags: [tag],
  summary: about,
  ...(open && { security: [] }),
  ...(parameters !== undefined && { parameters }),
  ...(body !== undefined && { requestBody: { required: true, content: body } }),
  responses: { ...refusals('Refusal', open), ...answers },
});
