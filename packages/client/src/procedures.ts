import type { AppRouter } from '@espalier/api';
import {
  createTRPCClientProxy,
  httpBatchLink,
  httpSubscriptionLink,
  isTRPCClientError,
  splitLink,
  TRPCClientError,
  TRPCUntypedClient,
  type Operation,
  type TRPCClient,
  type TRPCLink,
  type TRPCRequestOptions,
} from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EventSource } from 'eventsource';
import { z } from 'zod';
import { foreign, parsed, passes, refusalOf, remedyOf } from './answers.js';
import { askedOf, sentenceOf, type RequestSubject } from './requestSubject.js';
import { ApiError, ClientError } from './errors.js';
import { ask, unanswered } from './network.js';

/** Longest address of a call, in characters; calls that do not fit go by themselves. */
const LONGEST_ADDRESS = 2_000;

export interface ProceduresOptions {
  /** That the procedures are under. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds that the head of an answer may take. */
  readonly timeout: number;
}

/** The procedures of a server, whose failures are told as {@link ClientError}s. */
export function proceduresOf({ url, headers, timeout }: ProceduresOptions): TRPCClient<AppRouter> {
  const calls = httpBatchLink<AppRouter>({
    ...{ url, headers, maxURLLength: LONGEST_ADDRESS },
    fetch: async (address, init) => answered(await ask(String(address), init as RequestInit, timeout)),
  });
  const streams = httpSubscriptionLink<AppRouter, typeof EventSource>({
    ...{ url, EventSource },
    eventSourceOptions: {
      fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
    },
  });
  const condition = ({ type }: Operation): boolean => type === 'subscription';
  const links = [tellingLink(url), splitLink({ condition, true: streams, false: calls })];
  return createTRPCClientProxy<AppRouter>(new Procedures({ links }));
}

/** An answer that no procedure of a server returns. */
class AnswerError extends Error {
  override readonly name = 'AnswerError';
  constructor(
    readonly response: Response,
    readonly text: string,
  ) {
    super('this is no answer of a procedure');
  }
}

const oneSchema = z.union([
  z.object({ result: z.object({}) }),
  z.object({ error: z.object({ message: z.string(), code: z.number(), data: z.object({}) }) }),
]);
const answerSchema = z.union([oneSchema, z.array(oneSchema)]);

/** Reads an answer whole. @throws AnswerError where it is none of a procedure */
async function answered(response: Response): Promise<{ readonly ok: boolean; json(): Promise<unknown> }> {
  const text = await response.text();
  const json = parsed(text);
  if (!answerSchema.safeParse(json).success) throw new AnswerError(response, text);
  return { ok: response.ok, json: () => Promise.resolve(json) };
}

/** Puts every failure in a sentence; links hand on errors of tRPC alone, which carry ours as their cause. */
const tellingLink =
  (url: string): TRPCLink<AppRouter> =>
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        next: (value) => observer.next(value),
        complete: () => observer.complete(),
        error: (error) => {
          const method = op.type === 'mutation' ? 'POST' : 'GET';
          const told = clientErrorOf(error, askedOf(op.path, method, `${url}/${op.path}`));
          observer.error(new TRPCClientError(told.message, { cause: told }));
        },
      }),
    );

function clientErrorOf(error: unknown, asked: RequestSubject): ClientError {
  if (!isTRPCClientError<AppRouter>(error)) return unanswered(error, asked);
  const { data, message, cause } = error;
  if (data) {
    const { httpStatus: status } = data;
    const sentence = sentenceOf(asked, { why: message, remedy: remedyOf(status, message), status });
    return new ApiError(sentence, data, {
      address: asked.address,
      status,
      retry: passes(status),
      cause: error,
    });
  }
  if (!(cause instanceof AnswerError)) return unanswered(cause ?? error, asked);
  const { response, text } = cause;
  return response.ok ? foreign(response, text, asked) : refusalOf(response, text, asked);
}

class Procedures extends TRPCUntypedClient<AppRouter> {
  override query(path: string, input?: unknown, options?: TRPCRequestOptions): Promise<unknown> {
    return unwrapped(super.query(path, input, options), options?.signal);
  }

  override mutation(path: string, input?: unknown, options?: TRPCRequestOptions): Promise<unknown> {
    return unwrapped(super.mutation(path, input, options), options?.signal);
  }
}

/** @throws the signal's reason where it is aborted, and the ClientError inside of an error of tRPC */
async function unwrapped(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof TRPCClientError && error.cause instanceof ClientError ? error.cause : error;
  }
}
