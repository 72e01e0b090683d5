import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** A request that is refused, with the sentence it is answered with. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> },
  ) {
    super(message, options);
    this.headers = options?.headers ?? {};
  }
}

export function answerError(response: ServerResponse, { status, message, headers }: HttpError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What was not read of the request would be taken for the next one.
  answerJson(response, status, { error: { message } }, { ...headers, Connection: 'close' });
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    .end(JSON.stringify(body));
}

/** Files of others are shown, and do nothing: no script, no frame, no other type than is said. */
const fileHeaders = {
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'private, max-age=300',
} as const;

export interface FileAnswer {
  readonly contentType: string;
  /** The name under which it is kept; null where it is shown. */
  readonly saveAs: string | null;
}

const headersOf = ({ contentType, saveAs }: FileAnswer): Record<string, string> => ({
  ...fileHeaders,
  'Content-Type': contentType,
  'Content-Disposition': saveAs === null ? 'inline' : `attachment; filename="${saveAs}"`,
});

export function sendBytes(response: ServerResponse, bytes: Uint8Array, file: FileAnswer): void {
  response.writeHead(200, { ...headersOf(file), 'Content-Length': bytes.length }).end(bytes);
}

/** A stream of so many bytes. */
export async function sendStream(
  response: ServerResponse,
  stream: NodeJS.ReadableStream,
  bytes: number,
  file: FileAnswer,
): Promise<void> {
  response.writeHead(200, { ...headersOf(file), 'Content-Length': bytes });
  await pipeline(stream, response);
}

/** A file, or the part of it that is asked for: players jump. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, bytes }: { readonly path: string; readonly bytes: number },
  file: FileAnswer,
): Promise<void> {
  const range = rangeOf(request.headers.range, bytes);
  if (range === null) {
    response.writeHead(416, { ...fileHeaders, 'Content-Range': `bytes */${bytes}` }).end();
    return;
  }
  const { start, end } = range;
  const partly = request.headers.range !== undefined && (start > 0 || end < bytes - 1);
  response.writeHead(partly ? 206 : 200, {
    ...headersOf(file),
    'Accept-Ranges': 'bytes',
    'Content-Length': end - start + 1,
    ...(partly && { 'Content-Range': `bytes ${start}-${end}/${bytes}` }),
  });
  if (bytes === 0) response.end();
  else await pipeline(createReadStream(path, { start, end }), response);
}

/** First and last byte of a range (RFC 9110, section 14); null where it lies outside. */
export function rangeOf(
  header: string | undefined,
  bytes: number,
): { readonly start: number; readonly end: number } | null {
  const whole = { start: 0, end: bytes - 1 };
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  // Several ranges, or what is none: the whole may be given.
  if (first === '' && last === '') return whole;
  if (first === '')
    return Number(last) === 0 ? null : { start: Math.max(0, bytes - Number(last)), end: bytes - 1 };
  const [start, end] = [Number(first), last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)];
  if (last !== '' && Number(last) < start) return whole;
  return start < bytes ? { start, end } : null;
}

/** The body of a request, of at most so many bytes. @throws HttpError 413 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = new HttpError(413, `at most ${maxBytes} bytes are taken; send less`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
