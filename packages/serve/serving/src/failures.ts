import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PredictionError, type Predictor } from '@espalier/runner';
import type { FastifyRequest } from 'fastify';
import { errorAnswer } from './answers.js';
import { RequestError, type ErrorCode } from './errors.js';
import { tooLarge, unsupported } from './refusals.js';
import type { Limits } from './settings.js';

/** Facts of the server that refusals mention. */
interface ServerFacts {
  readonly limits: Limits;
  readonly predictor: Pick<Predictor, 'modality'>;
}

const internal = (): RequestError =>
  new RequestError(500, 'internal', 'the server failed; its error output has the reason');

/** Error for a client, without internals of the server. */
export function refusalOf(
  error: unknown,
  request: FastifyRequest,
  { limits, predictor }: ServerFacts,
): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof PredictionError) return new RequestError(504, 'prediction_timeout', error.message);
  if (!(error instanceof Error)) return internal();
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge(limits);
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new RequestError(400, 'invalid_json', 'the body is not JSON');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupported(request.headers['content-type'], predictor.modality);
    case 'FST_ERR_BAD_URL':
      return new RequestError(400, 'invalid_request', 'the address of the request is malformed');
  }
  const refused = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return refused
    ? new RequestError(statusCode, 'invalid_request', 'the request is truncated or malformed')
    : internal();
}

export const securityHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** By Node's codes; anything else is no HTTP. */
const clientErrors: Readonly<Record<string, readonly [number, ErrorCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'timeout', 'the request took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'invalid_request', 'the headers of the request are too long'],
};

/** Answers what never became a request. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = clientErrors[error.code ?? ''] ?? [
    400,
    'invalid_request',
    'the request is not HTTP/1.1',
  ];
  const body = JSON.stringify(errorAnswer(code, message));
  const headers = {
    ...securityHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
}
