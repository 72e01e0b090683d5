import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers with a line for people. */
export function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** Refuses a request: with a line for people, and in the shape of the API for programs. */
export function refuse(
  { url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
): void {
  const isPage = (headers.accept ?? '').includes('text/html') && !url.startsWith('/api/');
  if (isPage) return end(response, status, message);
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(JSON.stringify({ error: { message } }));
}

/** Says that an address is none. */
export function nothing(request: IncomingMessage, response: ServerResponse): void {
  const [path = '/'] = (request.url ?? '/').split('?');
  const message = `there is nothing at ${shownPath(path)}; check the address, or see /api/openapi.json for what there is`;
  refuse(request, response, 404, message);
}

const LONGEST_SHOWN = 200;

/** An address as far as an answer repeats it: what is no path as it comes in a request is left out. */
const shownPath = (path: string): string => path.replace(/[^\x21-\x7e]/g, '?').slice(0, LONGEST_SHOWN);
