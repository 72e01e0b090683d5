import type { AppRouter } from '@espalier/api';
import { TRPCClientError } from '@trpc/client';

/** Something a server or this machine refused; the message says what, where, and what to do. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** @param status of the server's answer; null where none came, or none was asked */
  constructor(
    message: string,
    readonly status: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What a call of a procedure fails with; `data.code` says why, such as `FORBIDDEN`. */
export type ApiError = TRPCClientError<AppRouter>;

/** Whether a call of a procedure failed, rather than something on this machine. */
export const isApiError = (error: unknown): error is ApiError => error instanceof TRPCClientError;
