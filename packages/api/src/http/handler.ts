import type { IncomingMessage, ServerResponse } from 'node:http';
import { TooManyError, type Kind } from '@espalier/auth';
import { mayAct, type Access, type Context, type Role } from '../context.js';
import { refusalOf } from '../failures.js';
import { takeShare } from '../share.js';
import { answerError, HttpError } from './answers.js';
import { sendDatasetExample, sendStudyExample } from './examples.js';
import { withoutPaths } from '../redact.js';
import { sendModelFile } from './models.js';
import { predict } from './predict.js';
import { receivePart } from './uploads.js';

/** A request for a route, of somebody who may ask it. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: Context;
  readonly access: Access;
  /** What stands for the wild cards of the route. */
  readonly parts: readonly string[];
}

interface Route {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly pattern: RegExp;
  readonly role: Role;
  /** What it is counted as. */
  readonly kind: Kind;
  readonly answer: (asked: Asked) => Promise<void>;
}

const ID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';

/** What is no call of a procedure, because it carries files. */
const routes: readonly Route[] = [
  {
    method: 'PUT',
    pattern: new RegExp(`^/api/uploads/${ID}/(\\d{1,6})$`),
    role: 'member',
    kind: 'part',
    answer: receivePart,
  },
  {
    method: 'GET',
    pattern: new RegExp(`^/api/files/datasets/${ID}/(.+)$`),
    role: 'viewer',
    kind: 'read',
    answer: sendDatasetExample,
  },
  {
    method: 'GET',
    pattern: new RegExp(`^/api/files/studies/${ID}/(.+)$`),
    role: 'viewer',
    kind: 'read',
    answer: sendStudyExample,
  },
  {
    method: 'GET',
    pattern: new RegExp(`^/api/files/models/${ID}/([\\w.-]+)$`),
    role: 'viewer',
    kind: 'read',
    answer: sendModelFile,
  },
  {
    method: 'POST',
    pattern: new RegExp(`^/api/models/${ID}/predict$`),
    role: 'viewer',
    kind: 'read',
    answer: predict,
  },
];

const prefixes = ['/api/uploads/', '/api/files/', '/api/models/'];

export interface FilesOptions {
  readonly contextOf: (request: IncomingMessage) => Promise<Context>;
}

/** Answers requests that carry files; false for those that are none. */
export function createFilesHandler({ contextOf }: FilesOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const [path = ''] = (request.url ?? '/').split('?');
    if (!prefixes.some((prefix) => path.startsWith(prefix))) return false;
    const context = await contextOf(request);
    try {
      await answer(request, response, context, path);
    } catch (error) {
      // Whoever asked is gone.
      if (response.destroyed || request.errored !== null) {
        response.destroy();
        return true;
      }
      // A client that still sends would not read the answer.
      request.resume();
      answerError(response, shortOf(toldOf(error) ?? failedInside(error, context, path), context));
    }
    return true;
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
  path: string,
): Promise<void> {
  const found = routes.filter(({ pattern }) => pattern.test(path));
  const route = found.find(({ method }) => method === request.method);
  if (route === undefined) {
    throw found.length === 0
      ? new HttpError(404, 'there is nothing here')
      : new HttpError(405, `this takes ${found.map(({ method }) => method).join(', ')}`);
  }
  const { access } = context;
  await takeShare(context, route.kind);
  if (access === null) throw new HttpError(401, 'sign in first');
  if (!mayAct(access.role, route.role)) {
    throw new HttpError(403, `this needs the role ${route.role}, and yours is ${access.role}`);
  }
  const parts = (route.pattern.exec(path) ?? []).slice(1).map(decoded);
  await route.answer({ request, response, context, access, parts });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new HttpError(400, 'the address is malformed', { cause });
  }
}

function toldOf(error: unknown): HttpError | null {
  if (error instanceof HttpError) return error;
  if (error instanceof TooManyError) {
    const headers = { 'Retry-After': String(error.seconds) };
    return new HttpError(429, error.message, { cause: error, headers });
  }
  const refusal = refusalOf(error);
  return refusal === null ? null : new HttpError(refusal.status, refusal.message, { cause: error });
}

/** The same without the paths of the server, for whom they are nobody's to know. */
function shortOf(error: HttpError, { access }: Context): HttpError {
  const { status, message, headers } = error;
  return new HttpError(status, withoutPaths(message, access), { cause: error, headers });
}

function failedInside(error: unknown, { onFailure }: Context, path: string): HttpError {
  onFailure(error, path);
  return new HttpError(500, 'something failed on the server; it is in its log');
}
