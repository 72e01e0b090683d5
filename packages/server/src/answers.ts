import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers with a line for people. */
export function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** Says that an address is none, to programs in JSON and to people as a line. */
export function nothing({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
  const [path = '/'] = url.split('?');
  const what = `there is nothing at ${shownPath(path)}`;
  const wantsPage = (headers.accept ?? '').includes('text/html');
  if (wantsPage && !path.startsWith('/api/')) return end(response, 404, `${what}; check the address`);
  const message = `${what}; /api/openapi.json lists what there is`;
  response.writeHead(404, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ error: { message } }));
}

const LONGEST_SHOWN = 200;

/** An address as far as an answer repeats it: what is no path as it comes in a request is left out. */
const shownPath = (path: string): string => path.replace(/[^\x21-\x7e]/g, '?').slice(0, LONGEST_SHOWN);
