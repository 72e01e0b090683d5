import { createHash, timingSafeEqual } from 'node:crypto';

const SHORTEST_TOKEN = 16;

/** Why a token is easy to guess, or cannot be sent; null where it is good. */
export const tokenProblem = (token: string): string | null =>
  token.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(token)
    ? null
    : `the token has to be ${SHORTEST_TOKEN} or more letters, digits or signs without spaces; make one with: openssl rand -hex 32`;

/** Tells whether an Authorization header carries a token. */
export function bearerCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const given = digest(/^Bearer +(\S+)$/i.exec(String(authorization))?.[1] ?? '');
    // Digests have one length, and comparing them takes the same time wherever they differ.
    return timingSafeEqual(given, expected);
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
