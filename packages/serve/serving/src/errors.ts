/** A server that cannot start as asked; the message says what is wrong and what to do. */
export class ServingError extends Error {
  override readonly name = 'ServingError';
}

/** Error code for programs. */
export const errorCodes = [
  'body_too_large',
  'file_too_large',
  'forbidden_host',
  'internal',
  'invalid_base64',
  'invalid_json',
  'invalid_multipart',
  'invalid_request',
  'no_inputs',
  'not_found',
  'overloaded',
  'prediction_timeout',
  'stopping',
  'timeout',
  'too_many_inputs',
  'unauthorized',
  'unreadable_input',
  'unsupported_media_type',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** A request that is refused, with the status and the sentence it is answered with. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
    /** Headers of the answer. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Seconds after which an overloaded server is worth another try. */
const RETRY_AFTER = { 'retry-after': '1' };

export const overloaded = (message: string): RequestError =>
  new RequestError(503, 'overloaded', `${message}; try again in a second`, RETRY_AFTER);

export const stopping = (): RequestError =>
  new RequestError(
    503,
    'stopping',
    'the server is stopping; try another server, or try again later',
    RETRY_AFTER,
  );
