import type { AppRouter } from '@espalier/api';
import type { TRPCClientError } from '@trpc/client';

/** Facts of a failure besides its message. */
export interface Failure extends ErrorOptions {
  readonly address?: string;
  readonly status?: number | null;
  readonly retry?: boolean;
}

/**
 * Something that a server, the way to it or this machine refused. The message says what was asked for, what went
 * wrong, what to do, and which address was asked.
 */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  /** That was asked, without its query; null where none was. */
  readonly address: string | null;
  /** Of the answer; null where none came, or none was asked for. */
  readonly status: number | null;
  /** Whether the same may work a moment later. */
  readonly retry: boolean;

  constructor(message: string, { address, status = null, retry = false, ...options }: Failure = {}) {
    super(message, options);
    this.address = address ?? null;
    this.status = status;
    this.retry = retry;
  }
}

/** Why the server refused a call: `code` is such as `FORBIDDEN`. */
export type RefusalData = NonNullable<TRPCClientError<AppRouter>['data']>;

/** A call of a procedure that the server refused. */
export class ApiError extends ClientError {
  override readonly name = 'ApiError';
  constructor(
    message: string,
    readonly data: RefusalData,
    failure: Failure,
  ) {
    super(message, failure);
  }
}

/** Whether the server refused a call of a procedure, rather than not being reached. */
export const isApiError = (error: unknown): error is ApiError => error instanceof ApiError;
