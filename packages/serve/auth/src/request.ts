import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { AuthError } from './errors.js';

/** Set by the server itself; what a client sends by this name is dropped. */
export const ADDRESS_HEADER = 'x-espalier-address';

/** Largest body of a sign-in, in bytes. */
const MOST_BYTES = 64 * 1024;

/** An address of IPv4 as such, where it comes mapped into IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

const VARIABLE = 'ESPALIER_TRUSTED_PROXIES';

/**
 * Proxies that are believed about whom they speak for: those of this machine, and of the networks that
 * `ESPALIER_TRUSTED_PROXIES` names, such as `10.0.0.0/8,fd00::/8`.
 *
 * @throws AuthError where it names none
 */
export function trustedProxies(env: Readonly<Record<string, string | undefined>> = process.env): BlockList {
  const trusted = new BlockList();
  trusted.addSubnet('127.0.0.0', 8);
  trusted.addAddress('::1', 'ipv6');
  for (const text of (env[VARIABLE] ?? '').split(',').filter((one) => one.trim() !== '')) {
    const [address = '', bits] = text.trim().split('/');
    const kind = isIP(address);
    const most = kind === 4 ? 32 : 128;
    const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
    if (kind === 0 || length > most) {
      throw new AuthError(
        `${VARIABLE} contains '${text.trim()}', which is not an IP address or a network; give addresses or networks such as 10.0.0.0/8, separated by commas`,
      );
    }
    trusted.addSubnet(address, length, kind === 4 ? 'ipv4' : 'ipv6');
  }
  return trusted;
}

let usual: BlockList | undefined;

/**
 * The address that a request came from: the last one that no trusted proxy is. What others say of whom
 * they speak for is not believed.
 */
export function addressOf(
  { socket, headers }: IncomingMessage,
  proxies: BlockList = (usual ??= trustedProxies()),
): string | null {
  const direct = plain(socket.remoteAddress ?? '');
  const isProxy = (address: string): boolean => proxies.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  if (isIP(direct) === 0) return null;
  if (!isProxy(direct)) return direct;
  let last = direct;
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  for (const text of forwarded.reverse()) {
    const address = plain(text.trim());
    if (isIP(address) === 0) return last;
    last = address;
    if (!isProxy(address)) return address;
  }
  return last;
}

export function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.delete(ADDRESS_HEADER);
  const address = addressOf(request);
  if (address !== null) headers.set(ADDRESS_HEADER, address);
  return headers;
}

/** Null where the body is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** A request as better-auth takes it; null where its body is too large. */
export async function fetchRequest(request: IncomingMessage, url: string): Promise<Request | null> {
  const { method = 'GET' } = request;
  const address = `${url}${request.url}`;
  const headers = headersOf(request);
  if (method === 'GET' || method === 'HEAD') return new Request(address, { method, headers });
  const body = await bodyOf(request);
  return body === null ? null : new Request(address, { method, headers, body: new Uint8Array(body) });
}

export async function sendResponse(from: Response, to: ServerResponse): Promise<void> {
  to.statusCode = from.status;
  for (const [name, value] of from.headers) if (name !== 'set-cookie') to.setHeader(name, value);
  const retry = from.headers.get('x-retry-after');
  if (retry !== null) to.setHeader('Retry-After', retry);
  const cookies = from.headers.getSetCookie();
  if (cookies.length > 0) to.setHeader('Set-Cookie', cookies);
  // Who is signed in is nothing for a cache.
  to.setHeader('Cache-Control', 'no-store');
  to.end(Buffer.from(await from.arrayBuffer()));
}
