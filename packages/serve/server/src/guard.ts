import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostName, isLoopback } from '@espalier/base/http';

const FOREIGN = 'the request was sent by a page of another site';

/**
 * Gives the reason why a request is refused before it is read; null where it is not.
 *
 * @param url where people reach the server; null where this machine alone does
 */
export function refusalOf({ headers, method }: IncomingMessage, url: URL | null): string | null {
  const { host = '', origin } = headers;
  // A page of another site may point its own name here (DNS rebinding).
  if (!isLoopback(hostName(host)) && host !== url?.host) {
    return url === null ? 'this server answers only to localhost' : `this server answers only to ${url.host}`;
  }
  if (method === 'GET' || method === 'HEAD') return null;
  // A proxy may ask by a name of its own.
  const own = [`http://${host}`, `https://${host}`, url?.origin];
  if (origin !== undefined && !own.includes(origin)) return FOREIGN;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none' ? null : FOREIGN;
}

/**
 * Headers of every answer. Scripts run by the nonce alone, which Next.js reads from the request's own
 * policy and puts on its scripts.
 */
export function secure(request: IncomingMessage, response: ServerResponse, url: URL | null): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    // Components set styles on their elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    // What was just recorded, before it is sent.
    "media-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  request.headers['content-security-policy'] = policy;
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  if (url?.protocol === 'https:') response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}
