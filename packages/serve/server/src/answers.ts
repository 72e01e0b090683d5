import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers with a line for people. */
export const end = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);

/** Refuses a request: with a line for people, and in the shape of the API for programs. */
export function refuse(
  { raw }: Pick<FastifyRequest, 'raw'>,
  reply: FastifyReply,
  status: number,
  message: string,
): FastifyReply {
  const { headers, body } = refusal(raw, message);
  return reply.code(status).headers(headers).send(body);
}

/** The same where the answer is no longer Fastify's. */
export function refuseRaw(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
): void {
  const { headers, body } = refusal(request, message);
  response.writeHead(status, headers).end(body);
}

interface Refusal {
  readonly headers: Record<string, string>;
  readonly body: string;
}

function refusal({ url = '/', headers }: IncomingMessage, message: string): Refusal {
  const isPage = (headers.accept ?? '').includes('text/html') && !url.startsWith('/api/');
  if (isPage) return { headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${message}\n` };
  return {
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
    body: JSON.stringify({ error: { message } }),
  };
}

/** Says that an address is none. */
export function nothing(request: Pick<FastifyRequest, 'raw'>, reply: FastifyReply): FastifyReply {
  const [path = '/'] = (request.raw.url ?? '/').split('?');
  const message = `there is no route at ${shownPath(path)}; check the address, or see /api/openapi.json for the routes`;
  return refuse(request, reply, 404, message);
}

const LONGEST_SHOWN = 200;

/** An address as far as an answer repeats it: what is no path as it comes in a request is left out. */
const shownPath = (path: string): string => path.replace(/[^\x21-\x7e]/g, '?').slice(0, LONGEST_SHOWN);
