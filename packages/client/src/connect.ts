import type { AppRouter } from '@espalier/api';
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import { ClientError } from './errors.js';

export interface ConnectOptions {
  /** Where people reach the server, such as `https://espalier.example`. */
  readonly url: string;
  /** A key of its team page; a server of a single user needs none. */
  readonly key?: string;
}

/** A server, as somebody sees it. */
export interface Client {
  /** Its procedures: `client.api.studies.list.query({})`. */
  readonly api: TRPCClient<AppRouter>;
  /** Sends a request that carries files to a path of it. */
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
}

/** Longest address of a call, in characters; calls that do not fit go by themselves. */
const LONGEST_ADDRESS = 2_000;

/**
 * Makes a client; nothing is asked yet.
 *
 * @throws ClientError where the address is none of a server
 */
export function connect({ url, key }: ConnectOptions): Client {
  const base = baseOf(url);
  const authorized: Readonly<Record<string, string>> =
    key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const procedures = new URL('api/trpc', base).href;
  const subscriptions = httpSubscriptionLink({
    url: procedures,
    EventSource,
    eventSourceOptions: {
      fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...authorized } }),
    },
  });
  return {
    api: createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: ({ type }) => type === 'subscription',
          true: subscriptions,
          false: httpBatchLink({ url: procedures, headers: authorized, maxURLLength: LONGEST_ADDRESS }),
        }),
      ],
    }),
    send: (path, init = {}) =>
      fetch(new URL(path.replace(/^\//, ''), base), {
        ...init,
        headers: { ...Object.fromEntries(new Headers(init.headers)), ...authorized },
      }),
  };
}

function baseOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return new URL('/', url);
  throw new ClientError(`'${text}' is no address of a server; give one such as https://espalier.example`);
}
