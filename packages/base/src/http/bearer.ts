import { createHash, timingSafeEqual } from 'node:crypto';

const SHORTEST_TOKEN = 16;

/** Describes why a token is too short or cannot be sent; null if it is valid. */
export const tokenProblem = (token: string): string | null =>
  token.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(token)
    ? null
    : `the token must be at least ${SHORTEST_TOKEN} printable ASCII characters without spaces; create one with: openssl rand -hex 32`;

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
