import type { Kind } from '@espalier/auth';
import type { z } from 'zod';
import type { Role } from '../context.js';
import { modelFiles } from '../data/modelFiles.js';
import {
  answered,
  askedSchema,
  jsonOf,
  parameter,
  type DescribedRoute,
  type Json,
} from '../openapi/route.js';
import { sendDatasetExample, sendStudyExample } from './examples.js';
import type { HttpCall } from './handler.js';
import { ARCHIVE, sendModelFile } from './models.js';
import { answerSchema, MOST_FILE_BYTES, predict, textSchema } from './predict.js';
import { receivePart } from './uploads.js';

/** Routes that are no procedures, because they carry files. */
export interface FileRoute extends DescribedRoute {
  readonly role: Role;
  /** Label in the metrics. */
  readonly kind: Kind;
  readonly answer: (asked: HttpCall) => Promise<void>;
}

/** The parts of a path that vary: how they look, and what they are. */
const parts = {
  id: {
    pattern: '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})',
    described: parameter('id', 'path', { type: 'string', format: 'uuid' }, 'Id of what it is of'),
  },
  part: {
    pattern: '(\\d{1,6})',
    described: parameter('part', 'path', { type: 'integer', minimum: 0 }, 'Number of the part, from 0'),
  },
  example: {
    pattern: '(.+)',
    described: parameter('example', 'path', { type: 'string' }, 'Id of the example, which may hold slashes'),
  },
  file: {
    pattern: '([\\w.-]+)',
    described: parameter(
      'file',
      'path',
      { enum: [...modelFiles, ARCHIVE] },
      `Name of the file, as \`models.get\` lists it, or ${ARCHIVE} for all of them`,
    ),
  },
} as const;

type Part = keyof typeof parts;
const isPart = (name: string): name is Part => Object.hasOwn(parts, name);

const partsOf = (path: string): readonly Part[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    if (!isPart(name)) throw new Error(`nothing is known of {${name}} in ${path}`);
    return name;
  });

/** Builds the pattern of a path, which captures its parameters. */
export function patternOf(path: string): RegExp {
  const names = partsOf(path);
  return new RegExp(
    `^${names.reduce((pattern, name) => pattern.replace(`{${name}}`, () => parts[name].pattern), path)}$`,
  );
}

const bytes = (types: readonly string[]): Json => Object.fromEntries(types.map((type) => [type, {}]));

/** With what varies in its path. */
const route = (one: FileRoute): FileRoute => ({
  ...one,
  parameters: [...partsOf(one.path).map((name) => parts[name].described), ...(one.parameters ?? [])],
});

const example = {
  description: 'The picture, recording or text',
  content: bytes(['image/webp', 'audio/*', 'text/plain']),
};
const exampleAnswers = {
  200: example,
  206: { ...example, description: 'The part of a recording that `Range` asks for' },
  416: { description: 'The range lies outside of the recording' },
};

const json = (schema: z.ZodType): Json => jsonOf(askedSchema(schema));

export const fileRoutes: readonly FileRoute[] = [
  route({
    ...{ method: 'PUT', path: '/api/uploads/{id}/{part}', role: 'member', kind: 'part', answer: receivePart },
    ...{ id: 'uploads.putPart', tag: 'datasets' },
    about: 'Takes a part of an upload that `datasets.beginUpload` began; its length has to be told',
    parameters: [
      parameter(
        'X-Content-SHA256',
        'header',
        { type: 'string', pattern: '^[0-9a-f]{64}$' },
        'Of the part; one that arrives otherwise is refused',
      ),
    ],
    body: bytes(['application/octet-stream']),
    answers: { 204: { description: 'The part is there' } },
  }),
  route({
    ...{ method: 'GET', path: '/api/files/datasets/{id}/{example}', role: 'viewer', kind: 'read' },
    ...{ id: 'datasets.example', tag: 'datasets', answer: sendDatasetExample },
    about: 'Shows an example of a dataset: a picture drawn again as WebP, a recording, or a text',
    answers: exampleAnswers,
  }),
  route({
    ...{ method: 'GET', path: '/api/files/studies/{id}/{example}', role: 'viewer', kind: 'read' },
    ...{ id: 'studies.example', tag: 'studies', answer: sendStudyExample },
    about: 'Shows an example that the report of a study speaks of',
    answers: exampleAnswers,
  }),
  route({
    ...{ method: 'GET', path: '/api/files/models/{id}/{file}', role: 'viewer', kind: 'read' },
    ...{ id: 'models.file', tag: 'models', answer: sendModelFile },
    about: 'Sends a file of a model, or all of them in a zip, to keep',
    answers: {
      200: {
        description: 'The file',
        content: bytes(['application/octet-stream', 'application/json', 'text/markdown', 'application/zip']),
      },
      206: {
        description: 'The part that `Range` asks for, of a file of the own machine',
        content: bytes(['application/octet-stream', 'application/json', 'text/markdown']),
      },
      416: { description: 'The range lies outside of the file' },
    },
  }),
  route({
    ...{ method: 'POST', path: '/api/models/{id}/predict', role: 'viewer', kind: 'read', answer: predict },
    ...{ id: 'models.predict', tag: 'models' },
    about: `Classifies a picture, a recording or a text by a model; a file may have ${MOST_FILE_BYTES} bytes`,
    body: { ...json(textSchema), ...bytes(['image/*', 'audio/*']) },
    answers: { 200: answered('The most probable classes', answerSchema) },
  }),
];
