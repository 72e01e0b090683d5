import type { AppRouter } from '@espalier/api';
import type { TRPCClient } from '@trpc/client';
import { askedOf } from './requestSubject.js';
import { ClientError } from './errors.js';
import { ask, LONGEST_SECONDS, telling } from './network.js';
import { proceduresOf } from './procedures.js';

export interface ConnectOptions {
  /** Public address of the server, such as `https://espalier.example`. */
  readonly url: string;
  /** A key of its team page; a server of a single user needs none. */
  readonly key?: string;
  /** Seconds until an answer has to begin, above 0 and at most 300, which is usual. */
  readonly timeout?: number;
}

/** A server, as somebody sees it. */
export interface Client {
  /** Its procedures: `client.api.studies.list.query({})`. */
  readonly api: TRPCClient<AppRouter>;
  /**
   * Sends a request that carries files to a path of it. Gives the answer, whatever its status.
   *
   * @param what an error calls it; `the request` where it is left out
   * @throws ClientError where no answer comes, and the signal's reason where it is aborted
   */
  readonly send: (path: string, init?: RequestInit, what?: string) => Promise<Response>;
}

/**
 * Makes a client; nothing is asked yet.
 *
 * @throws ClientError where the address is none of a server, or the key or timeout cannot be one
 */
export function connect({ url, key, timeout = LONGEST_SECONDS }: ConnectOptions): Client {
  const base = baseOf(url);
  if (!(timeout > 0 && timeout <= LONGEST_SECONDS)) {
    throw new ClientError(`the timeout is ${timeout}; give seconds above 0, and ${LONGEST_SECONDS} at most`);
  }
  const headers = authorizationOf(key);
  return {
    api: proceduresOf({ url: new URL('api/trpc', base).href, headers, timeout }),
    send: (path, init = {}, what = 'the request') => {
      const address = new URL(path.replace(/^\/+/, ''), base);
      const asked = askedOf(what, init.method ?? 'GET', address);
      const all = { ...Object.fromEntries(new Headers(init.headers)), ...headers };
      return telling(asked, init.signal, () => ask(address, { ...init, headers: all }, timeout));
    },
  };
}

function baseOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ClientError(
      `'${text}' is not the address of a server; give one such as https://espalier.example`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new ClientError(
      `the address of ${url.host} holds a name or a password, which are not sent; leave them out, and give a key`,
    );
  }
  return new URL('/', url);
}

/** @throws ClientError where a key cannot go into a header; it is not repeated */
function authorizationOf(key: string | undefined): Readonly<Record<string, string>> {
  if (key === undefined) return {};
  if (/^[\x21-\x7e]+$/.test(key)) return { Authorization: `Bearer ${key}` };
  throw new ClientError(
    'the key is empty, or has spaces, line breaks or letters that no key has; give it as the team page showed it',
  );
}
