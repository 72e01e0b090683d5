import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Set by the server itself; what a client sends by this name is dropped. */
export const ADDRESS_HEADER = 'x-espalier-address';

/** Largest body of a sign-in, in bytes. */
const MOST_BYTES = 64 * 1024;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** An address of IPv4 as such, where it comes mapped into IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

/**
 * The address that a request came from. A proxy on this machine is believed about whom it speaks for;
 * nobody else is.
 */
export function addressOf({ socket, headers }: IncomingMessage): string | null {
  const direct = plain(socket.remoteAddress ?? '');
  const kind = isIP(direct);
  if (kind === 0) return null;
  if (!loopback.check(direct, kind === 4 ? 'ipv4' : 'ipv6')) return direct;
  const forwarded = headers['x-forwarded-for'];
  const last = plain(
    String(forwarded ?? '')
      .split(',')
      .at(-1)
      ?.trim() ?? '',
  );
  return isIP(last) === 0 ? direct : last;
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
