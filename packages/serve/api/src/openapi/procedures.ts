import { z } from 'zod';
import { appRouter } from '../router.js';
import { answeredSchema, askedSchema, jsonOf, refusals, type Json } from './route.js';

/** The described parts of a procedure. */
const definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  inputs: z.array(z.instanceof(z.ZodType)),
  output: z.instanceof(z.ZodType).optional(),
  meta: z.object({
    role: z.string().optional(),
    about: z.string(),
    event: z.instanceof(z.ZodType).optional(),
  }),
});
type Definition = z.infer<typeof definition>;

/** A procedure is a function that has this. @throws ZodError where it does not say what it does */
const definitionOf = (procedure: unknown): Definition =>
  definition.parse(typeof procedure === 'function' && '_def' in procedure ? procedure._def : undefined);

/** Every procedure, by its path from the root of the server. */
export function procedurePaths(prefix: string): Readonly<Record<string, Json>> {
  const procedures: Readonly<Record<string, unknown>> = appRouter._def.procedures;
  return Object.fromEntries(
    Object.entries(procedures).map(([name, procedure]) => [
      `${prefix}/${name}`,
      pathOf(name, definitionOf(procedure)),
    ]),
  );
}

function pathOf(name: string, { type, inputs, output, meta }: Definition): Json {
  const [area = ''] = name.split('.');
  const input = inputs.length === 0 ? undefined : inputs.reduce((all, next) => z.intersection(all, next));
  const required = input !== undefined && !input.safeParse(undefined).success;
  const asked = input === undefined ? {} : { content: jsonOf(askedSchema(input)) };
  const { role, about, event } = meta;
  const open = role === undefined;
  const operation = {
    operationId: name,
    tags: [area],
    summary: about,
    description: open ? 'For everybody.' : `For the role ${role} and those above it.`,
    ...(open && { security: [] }),
    responses: { 200: success(output, event), ...refusals('Error', open) },
  };
  if (type === 'mutation') {
    return { post: { ...operation, ...(input !== undefined && { requestBody: { required, ...asked } }) } };
  }
  const parameters = input === undefined ? [] : [{ name: 'input', in: 'query', required, ...asked }];
  return { get: { ...operation, parameters } };
}

function success(output: z.ZodType | undefined, event: z.ZodType | undefined): Json {
  if (event !== undefined) {
    const schema = {
      ...{ type: 'string', contentMediaType: 'application/json', contentSchema: answeredSchema(event) },
      description: 'Server-sent events; the data of each is JSON, and its id the number to go on from',
    };
    return { description: 'Events, as they come', content: { 'text/event-stream': { schema } } };
  }
  if (output === undefined) throw new Error('a procedure does not say what it answers');
  const nothing = output instanceof z.ZodVoid;
  const result = nothing
    ? { type: 'object' }
    : { type: 'object', properties: { data: answeredSchema(output) }, required: ['data'] };
  return {
    description: nothing ? 'It is done' : 'The answer',
    content: jsonOf({ type: 'object', properties: { result }, required: ['result'] }),
  };
}
