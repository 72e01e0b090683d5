import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { RequestError, ServingError } from './errors.js';

const SHORTEST_TOKEN = 16;

/** Whether only programs on this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** @throws ServingError where anyone on the network could ask, or where the token is easy to guess */
export function requireGuarded(host: string, token: string | undefined): void {
  if (token === undefined) {
    if (isLoopback(host)) return;
    throw new ServingError(
      `${host === '' ? 'every address' : host} can be reached from other machines, so that a token is needed: ` +
        'give --token-file or set ESPALIER_SERVE_TOKEN, or serve on 127.0.0.1',
    );
  }
  if (token.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(token)) return;
  throw new ServingError(
    `the token has to be ${SHORTEST_TOKEN} or more letters, digits or signs without spaces; make one with: openssl rand -hex 32`,
  );
}

/** Checks the headers of a request. */
export type Guard = (headers: Readonly<Record<string, string | string[] | undefined>>) => void;

/** Asks for the bearer token, or without one, for a name of this machine. */
export const createGuard = (token: string | undefined): Guard =>
  token === undefined ? requireOwnName : requireToken(token);

function requireToken(token: string): Guard {
  const expected = digest(token);
  return ({ authorization }) => {
    const given = digest(/^Bearer +(\S+)$/i.exec(String(authorization))?.[1] ?? '');
    // Digests have one length, and comparing them takes the same time wherever they differ.
    if (timingSafeEqual(given, expected)) return;
    const problem = authorization === undefined ? 'a token is needed' : 'the token is not the right one';
    const headers = { 'www-authenticate': 'Bearer' };
    throw new RequestError(401, 'unauthorized', `${problem}; send "Authorization: Bearer <token>"`, headers);
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A web page whose name is pointed to 127.0.0.1 (DNS rebinding) names itself as the host. */
const requireOwnName: Guard = ({ host = '' }) => {
  const name = String(host)
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
  if (isLoopback(name)) return;
  throw new RequestError(
    403,
    'forbidden_host',
    'without a token the server answers to 127.0.0.1 and localhost only; start it with a token to use another name',
  );
};
