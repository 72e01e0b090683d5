import { bearerCheck, hostName, isLoopback, tokenProblem } from '@espalier/base/http';
import { RequestError, ServingError } from './errors.js';

/** @throws ServingError where anyone on the network could ask, or where the token is easy to guess */
export function requireGuarded(host: string, token: string | undefined): void {
  if (token === undefined) {
    if (isLoopback(host)) return;
    throw new ServingError(
      `${host === '' ? 'every address' : host} can be reached from other machines, so clients need a token; ` +
        'give --token-file, set ESPALIER_SERVE_TOKEN, or serve on 127.0.0.1',
    );
  }
  const problem = tokenProblem(token);
  if (problem !== null) throw new ServingError(problem);
}

/** Checks the headers of a request. */
export type Guard = (headers: Readonly<Record<string, string | string[] | undefined>>) => void;

/** Asks for the bearer token, or without one, for a name of this machine. */
export const createGuard = (token: string | undefined): Guard =>
  token === undefined ? requireOwnName : requireToken(token);

function requireToken(token: string): Guard {
  const isRight = bearerCheck(token);
  return ({ authorization }) => {
    if (isRight(authorization === undefined ? undefined : String(authorization))) return;
    const problem = authorization === undefined ? 'the request has no token' : 'the token is wrong';
    const headers = { 'www-authenticate': 'Bearer' };
    throw new RequestError(401, 'unauthorized', `${problem}; send "Authorization: Bearer <token>"`, headers);
  };
}

/** A web page whose name is pointed to 127.0.0.1 (DNS rebinding) names itself as the host. */
const requireOwnName: Guard = ({ host = '' }) => {
  if (isLoopback(hostName(String(host)))) return;
  throw new RequestError(
    403,
    'forbidden_host',
    'without a token the server answers only to 127.0.0.1 and localhost; start it with a token to use another name',
  );
};
