import { z } from 'zod';
import { sentenceOf, type RequestSubject } from './requestSubject.js';
import { ClientError } from './errors.js';

/** Whether the same may be answered otherwise a moment later: who answered was busy or broken. */
export const passes = (status: number): boolean => status === 408 || status === 429 || status >= 500;

const later = 'try again in a moment; if it stays so, ask who runs the server';

const remedies: Readonly<Record<number, string>> = {
  401: 'give connect() a key of the team page that was not revoked and has not expired',
  403: 'ask an admin of the organisation for a key that may do this',
  404: 'check the id, and that the key is of the organisation that has it',
  408: 'try again',
  413: 'send less at once',
  429: 'wait a while before the next request',
};

/** Returns the advice for a status; a server's sentence with a semicolon contains advice already. */
export function remedyOf(status: number, told: string): string {
  if (told.includes(';')) return '';
  return remedies[status] ?? (passes(status) ? later : '');
}

const refusalSchema = z.object({ error: z.object({ message: z.string().min(1) }) });
const LONGEST_TOLD = 300;

/** Reads the server's reason for a refusal; null where a proxy answered, or nobody. */
function toldBy(response: Response, text: string): string | null {
  const told = refusalSchema.safeParse(parsed(text)).data?.error.message;
  if (told !== undefined) return told;
  const plain = (response.headers.get('content-type') ?? '').startsWith('text/plain');
  const line = text.trim();
  return plain && line !== '' && line.length <= LONGEST_TOLD && !/[\r\n]/.test(line) ? line : null;
}

/** JSON as a value; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a server refused a request. @param text the body of its answer */
export function refusalOf(response: Response, text: string, asked: RequestSubject): ClientError {
  const { status } = response;
  const told = toldBy(response, text);
  const why = told ?? `what came is ${kindOf(response, text)} and says nothing of Espalier`;
  const remedy =
    told === null && status === 404
      ? 'check that the address is that of an Espalier server'
      : remedyOf(status, told ?? '');
  return new ClientError(sentenceOf(asked, { why, remedy, status }), {
    ...{ address: asked.address, status, retry: passes(status) },
  });
}

/** An answer that is none of Espalier's, although its status is one of success. */
export function foreign(response: Response, text: string, asked: RequestSubject): ClientError {
  const { status } = response;
  const why = `what came is ${kindOf(response, text)} instead of the answer of an Espalier server`;
  const remedy = 'check the address of the server, and what stands between';
  return new ClientError(sentenceOf(asked, { why, remedy, status }), { address: asked.address, status });
}

function kindOf(response: Response, text: string): string {
  const type = (response.headers.get('content-type') ?? '').toLowerCase();
  if (text.trim() === '') return 'empty';
  if (type.includes('html') || /^\s*<(!doctype|html)/i.test(text)) return "a web page, such as a proxy's,";
  if (parsed(text) !== undefined) return 'other JSON';
  return type.includes('json') || /^\s*[[{]/.test(text) ? 'JSON that is cut short or malformed' : 'no JSON';
}
